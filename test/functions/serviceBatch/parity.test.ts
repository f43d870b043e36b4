import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { allExpectedRows, assertSame, type ExpectedRows } from '../../support/expectedRows.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from '../batch/batchApp.js';
import { ServiceBatchClient } from './serviceBatchClient.js';

const file = fileCleanUp();
const shipped = allExpectedRows();
let app: BatchApp;

const placeOf = ({ name, version }: ExpectedRows) => `${name}/${version}`;

before(async () => {
  app = await startBatchApp(file, {
    models: Object.fromEntries(shipped.map((one) => [placeOf(one), { shipped: placeOf(one) }])),
  });
});

interface Answer {
  readonly outputParameters: Readonly<Record<string, unknown>>;
}

/** Files are made on request, on each route in its own way. */
const withoutFiles = (answer: object) => ({ ...answer, outputFiles: {} });

for (const rows of shipped) {
  test(`${placeOf(rows)}: an item of a batch has the digits of a call of its own`, async () => {
    const service = new ServiceBatchClient(app.url, placeOf(rows));
    const { columns, rowCount } = rows;
    const records = Array.from({ length: rowCount }, (_, row) =>
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]])),
    );
    const results = await service.results(records);
    assert.equal(results.length, rowCount);
    for (const [i, record] of records.entries()) {
      const answer = JSON.parse((await service.consume(record)).text) as Answer;
      assert.deepEqual(withoutFiles(results[i] as object), withoutFiles(answer), `item ${i}`);
    }
  });

  test(`${placeOf(rows)}: a frame is answered as by a call of its own`, async () => {
    const service = new ServiceBatchClient(app.url, placeOf(rows));
    const frame = { inputData: rows.columns };
    const [item] = await service.results([frame]);
    assert.equal(item?.success, true);
    const answer = JSON.parse((await service.consume(frame)).text) as Answer;
    const columns = answer.outputParameters.outputData as Record<string, unknown[]>;
    const got = item.outputParameters.outputData as Record<string, unknown[]>;
    assert.deepEqual(Object.keys(got), Object.keys(columns));
    // one call runs all rows at once, which may change the last digit
    for (const [name, values] of Object.entries(columns)) {
      assert.equal(got[name]?.length, values.length);
      for (const [i, value] of values.entries()) {
        assertSame(got[name][i], value, typeof value !== 'number', `${name}, row ${i}`);
      }
    }
  });
}
