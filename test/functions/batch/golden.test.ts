import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { utf8 } from '../../support/bytes.js';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';
import {
  columnRows,
  gzipRows,
  otherFileRows,
  parquetRows,
  plain,
  textRows,
  type Golden,
  type GoldenRow,
} from './goldenInputs.js';
import { jsonLineRows, jsonArrayRows } from './goldenJson.js';

const file = fileCleanUp();
let app: BatchApp;

before(async () => {
  app = await startBatchApp(file);
});

const tables: readonly (readonly [string, string, readonly GoldenRow[]])[] = [
  ['text/csv', '', textRows],
  ['text/csv', '', columnRows],
  ['text/csv', '', otherFileRows],
  ['application/gzip', '&format=csv', gzipRows],
  ['application/vnd.apache.parquet', '', parquetRows],
  ['application/jsonl', '', jsonLineRows],
  ['application/json', '', jsonArrayRows],
];

describe('bad and odd inputs', { concurrency: 4 }, () => {
  for (const [type, query, rows] of tables) {
    for (const [what, body, expected, more = ''] of rows) {
      test(`${type}: ${what}`, async () => {
        const bytes = typeof body === 'function' ? await body() : body;
        const id = await app.client.submit(`service=cars${query}${more}`, type, bytes);
        await holds(id, expected);
      });
    }
  }

  test('an empty blob is a job without rows', async () => {
    await app.store.put({ container: 'uploads', name: 'golden/empty.csv' }, new Uint8Array());
    const id = await app.client.describe({ service: 'cars', input: { blob: 'golden/empty.csv' } });
    await holds(id, { rows: [] });
    assert.equal(await app.client.text(id, 'results'), 'answer\n');
  });

  test('an image under the name of a table is no table', async () => {
    await app.store.put({ container: 'uploads', name: 'golden/image.csv' }, Buffer.from('GIF89a....'));
    const id = await app.client.describe({ service: 'cars', input: { blob: 'golden/image.csv' } });
    await holds(id, { fault: 'JOB_INPUT_FORMAT', says: /input 'golden\/image\.csv': .* GIF image/ });
  });

  test('one bad input of several ends the job before any row is scored', async () => {
    await app.store.put({ container: 'uploads', name: 'golden/good.csv' }, utf8(plain));
    await app.store.put({ container: 'uploads', name: 'golden/other.csv' }, utf8('a,b\n1,2\n'));
    const blobs = ['golden/good.csv', 'golden/other.csv'];
    const id = await app.client.describe({ service: 'cars', input: { blobs } });
    await holds(id, { fault: 'JOB_COLUMNS', says: /golden\/other\.csv/ });
    assert.deepEqual(await app.client.rows(id), []);
  });
});

/** Checks how a job ends, and that all of its rows are there: as a result or as an error, each once and in order. */
async function holds(id: string, expected: Golden): Promise<void> {
  const { state, fault, counts } = await app.client.ended(id);
  const rows = await app.client.rows(id);
  const errors = await app.client.errors(id);
  assert.equal(counts.rows, counts.succeeded + counts.failed);
  assert.deepEqual(
    rows.map(({ row }) => row),
    Array.from({ length: counts.rows }, (_, i) => i),
  );
  assert.equal(rows.filter(({ outputs }) => outputs).length, counts.succeeded);
  assert.equal(errors.length, counts.failed);
  assert.deepEqual(
    rows.filter(({ error }) => error).map(({ row }) => row),
    errors.map(({ row }) => row),
  );
  if ('fault' in expected) {
    assert.equal(state, 'Failed', JSON.stringify(counts));
    assert.equal(fault?.code, expected.fault, fault?.message);
    assert.match(fault.message, expected.says ?? /./);
    assert.doesNotMatch(fault.message, /batches|\/jobs\/|\/work\/|\/tmp\/|devstore/);
    return;
  }
  assert.equal(state, 'Complete', JSON.stringify(fault));
  assert.deepEqual(
    errors.map(({ row, code }) => `${row ?? -1} ${code}`),
    expected.errors ?? [],
  );
  const answers = rows.flatMap(({ outputs }) => (outputs ? [outputs.answer] : []));
  if (typeof expected.rows === 'number') assert.equal(answers.length, expected.rows);
  else assert.deepEqual(answers, expected.rows);
  // the same rows score the same, however they are written
  for (const [at, answer] of answers.entries()) assert.equal(answer, await cleanAnswer(at, expected));
}

const cleanAnswers = new Map<number, unknown>();

/** What the scoring route answers to car `at` of those that succeed; by default hp 1, wt 2 and then hp 3, wt 4. */
async function cleanAnswer(at: number, expected: Golden): Promise<unknown> {
  const lost = 'rows' in expected && expected.errors?.includes('0 ROW_QUOTE') === true ? 1 : 0;
  const hp = 1 + 2 * (at + lost);
  const known = cleanAnswers.get(hp);
  if (known !== undefined) return known;
  const answer = jsonOf(await app.client.post('/api/cars/1.0.0', { body: { hp, wt: hp + 1 } }));
  const { answer: value } = answer.outputParameters as { answer: number };
  cleanAnswers.set(hp, value);
  return value;
}
