import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import type { ChunkTask } from '../../../shared/batch/lane/chunkTask.js';
import type { Services } from '../../../shared/services.js';
import {
  assertDone,
  chunkTask,
  csvSegment,
  errorRows,
  jsonLinesSegment,
  parquetSegments,
  partRows,
  type NamedPlan,
} from '../../support/chunkTasks.js';
import { allExpectedRows, assertSame, type ExpectedRows } from '../../support/expectedRows.js';
import { modelsDirWith, type ModelSource } from '../../support/modelsDir.js';
import { fc } from '../../support/property.js';
import { consume } from '../../support/scoreCalls.js';
import { startServices } from '../../support/startServices.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
const expected = allExpectedRows();
let services: Services;

before(async () => {
  const models: Record<string, ModelSource> = {};
  for (const { name, version } of expected) {
    models[`${name}/${version}`] = { shipped: `${name}/${version}` };
  }
  for (const name of ['add', 'fails-at-run', 'fixed-batch', 'matrix', 'no-batch', 'scalar-output']) {
    models[`${name}/1.0.0`] = { fixture: name };
  }
  services = await startServices(file, modelsDirWith(file, models), { WARMSTART_WORKERS: '2' });
});

const never = new AbortController().signal;

async function planOf(name: string, version = '1.0.0'): Promise<NamedPlan> {
  return { name, version, plan: await services.catalog.plan(name, version) };
}

async function run(task: ChunkTask) {
  return assertDone(await services.scorer.runChunk(task, never));
}

/** Row `i` of the expected rows, with other values than those where it is needed to tell rows apart. */
function rowOf({ columns }: ExpectedRows, i: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]]));
}

const cellText = (value: unknown) => (value === null ? '' : JSON.stringify(value).replaceAll('"', ''));

function csvOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => names.map((name) => cellText(row[name])).join(','));
  return [names.join(','), ...lines, ''].join('\n');
}

for (const model of expected) {
  const { name, version, rowCount } = model;
  test(`a chunk for ${name} ${version} gives what its rows give one by one`, async () => {
    const rows = Array.from({ length: rowCount }, (_, i) => rowOf(model, i));
    const hasArrays = rows.some((row) => Object.values(row).some(Array.isArray));
    const segment = hasArrays ? jsonLinesSegment(rows) : csvSegment(csvOf(rows));
    const { targets, records } = await run(
      chunkTask([await planOf(name, version)], [segment], { runRows: 7 }),
    );
    assert.deepEqual(records, [rowCount]);
    const [target] = targets;
    assert.ok(target);
    assert.deepEqual([target.succeeded, target.failed, target.errors.length], [rowCount, 0, 0]);
    const scored = partRows(target) as Record<string, unknown>[];
    assert.equal(scored.length, rowCount);
    for (const [i, row] of rows.entries()) {
      const alone = await consume(services, name, row, version);
      const inChunk = scored[i] as Record<string, unknown>;
      assert.deepEqual(Object.keys(inChunk).sort(), Object.keys(alone).sort());
      for (const [column, value] of Object.entries(alone)) {
        assertSame(inChunk[column], value, typeof value !== 'number', `row ${i}, ${column}`);
      }
    }
  });
}

test('a Parquet file gives what its rows give as CSV', async () => {
  const wine = expected.find(({ name }) => name === 'wine') as ExpectedRows;
  const rows = Array.from({ length: wine.rowCount }, (_, i) => rowOf(wine, i));
  const model = await planOf('wine');
  const segments = await parquetSegments(wine.columns as Record<string, readonly number[]>, 8);
  const digest = createHash('sha256');
  for (const { ranges } of segments) for (const { bytes } of ranges) digest.update(bytes);
  const parquet = await run(chunkTask([model], segments, { runRows: 5 }));
  const csv = await run(chunkTask([model], [csvSegment(csvOf(rows))], { runRows: 5 }));
  assert.deepEqual(parquet.targets.map(partRows), csv.targets.map(partRows));
  assert.deepEqual(parquet.records, [8, 8, 4]);
  assert.deepEqual(parquet.ends, { o: 'o', q: 'q' });
  assert.equal(parquet.sha256, digest.digest('hex'));
});

test('one poisoned row costs one error row, wherever it stands and however many rows a run has', async () => {
  const model = await planOf('fails-at-run');
  const shapes = fc
    .integer({ min: 1, max: 60 })
    .chain((rows) => fc.tuple(fc.constant(rows), fc.nat(rows - 1), fc.integer({ min: 1, max: 70 })));
  await fc.assert(
    fc.asyncProperty(shapes, async ([rows, poisoned, runRows]) => {
      const values = Array.from({ length: rows }, (_, i) => (i === poisoned ? 99 : i % 3));
      const { targets } = await run(
        chunkTask([model], [csvSegment(csvOf(values.map((x) => ({ x }))))], { runRows }),
      );
      const [target] = targets;
      assert.ok(target);
      const good = values.filter((_, i) => i !== poisoned);
      assert.deepEqual(
        partRows(target),
        good.map((x) => ({ y: (x + 1) * 10 })),
      );
      const [error, ...more] = errorRows(target);
      assert.deepEqual([error?.segment, error?.record, error?.code], [0, poisoned, 'ROW_RUN_FAILED']);
      assert.match(error?.message ?? '', /^the model failed: /);
      assert.deepEqual([more, target.succeeded, target.failed], [[], rows - 1, 1]);
    }),
    { numRuns: 60 },
  );
});

test('one poisoned row in 100,000 costs one error row', async () => {
  const values = Array.from({ length: 100_000 }, (_, i) => (i === 77_777 ? -4 : i % 3));
  const csv = `x\n${values.join('\n')}\n`;
  const { targets } = await run(
    chunkTask([await planOf('fails-at-run')], [csvSegment(csv)], { runRows: 1024 }),
  );
  const [target] = targets;
  assert.ok(target);
  assert.deepEqual([target.succeeded, target.failed], [99_999, 1]);
  assert.deepEqual(
    errorRows(target).map(({ record }) => record),
    [77_777],
  );
});

test('faults of reading and of running are error rows in the order of the input', async () => {
  const csv = 'x\n0\n9\nno number\n1\n-9\n2\nno number\n';
  const { targets } = await run(chunkTask([await planOf('fails-at-run')], [csvSegment(csv)], { runRows: 4 }));
  const [target] = targets;
  assert.ok(target);
  assert.deepEqual(partRows(target), [{ y: 10 }, { y: 20 }, { y: 30 }]);
  assert.deepEqual(
    errorRows(target).map(({ record, code }) => [record, code]),
    [
      [1, 'ROW_RUN_FAILED'],
      [2, 'ROW_VALUE'],
      [4, 'ROW_RUN_FAILED'],
      [6, 'ROW_VALUE'],
    ],
  );
  assert.deepEqual(errorRows(target)[1], { ...errorRows(target)[1], column: 'x', text: 'no number' });
});

test('the same chunk twice gives the same bytes, with and without calls in between', async () => {
  const model = await planOf('penguins', '2.0.0');
  const rows = expected.find(({ name, version }) => name === 'penguins' && version === '2.0.0');
  assert.ok(rows);
  const csv = csvOf(Array.from({ length: 5000 }, (_, i) => rowOf(rows, i % rows.rowCount)));
  const task = () =>
    chunkTask([model], [csvSegment(csv)], { outputFormat: 'csv', join: ['island'], runRows: 96 });
  const quiet = await run(task());
  const settled = { is: false };
  const disturbed = run(task()).finally(() => {
    settled.is = true;
  });
  while (!settled.is) await consume(services, 'penguins', rowOf(rows, 3), '2.0.0');
  const [first] = quiet.targets;
  const [second] = (await disturbed).targets;
  assert.ok(first && second);
  assert.equal(first.succeeded, 5000);
  assert.ok(Buffer.from(first.part).equals(second.part));
});

test('models with a fixed number of rows get whole runs, the last one filled up', async () => {
  const one = await run(
    chunkTask([await planOf('fixed-batch')], [csvSegment('f0,f1\n1,2\n3,4\n5,6\n')], { runRows: 2 }),
  );
  const two = await run(
    chunkTask([await planOf('no-batch')], [csvSegment('f0,f1\n1,0\n0,1\n1,1\n')], { runRows: 1 }),
  );
  assert.deepEqual(one.targets.map(partRows), [[{ y: [2, 4] }, { y: [6, 8] }, { y: [10, 12] }]]);
  assert.deepEqual(two.targets.map(partRows), [[{ y: [1, 2] }, { y: [3, 4] }, { y: [4, 6] }]]);
});

test('an output without rows is computed for each row alone', async () => {
  const { targets } = await run(chunkTask([await planOf('scalar-output')], [csvSegment('x\n1\n2\n3\n')]));
  assert.deepEqual(targets.map(partRows), [[{ y: 1 }, { y: 2 }, { y: 3 }]]);
});

test('several models score one chunk, each into a result of its own', async () => {
  const csv = 'a,b,f0,f1,f2\n1,2,3,4,5\n6,7,8,9,10\n';
  const models = [await planOf('add'), await planOf('matrix')];
  const { targets } = await run(chunkTask(models, [csvSegment(csv)], { join: ['f1'] }));
  assert.deepEqual(targets.map(partRows), [
    [
      { f1: '4', sum: 3 },
      { f1: '9', sum: 13 },
    ],
    [
      { f1: '4', y: [6, 8, 10] },
      { f1: '9', y: [16, 18, 20] },
    ],
  ]);
});

test('rows that name their model come out in the order of the input', async () => {
  const models = [await planOf('add'), await planOf('scalar-output')];
  const lines = Array.from({ length: 50 }, (_, i) => (i % 3 === 1 ? `scalar-output,,,${i}` : `add,${i},1,`));
  const csv = ['m,a,b,x', ...lines, 'nobody,1,1,1', ''].join('\n');
  const task = chunkTask(models, [csvSegment(csv)], { modelColumn: 'm', runRows: 8 });
  const [target] = (await run(task)).targets;
  assert.ok(target);
  assert.deepEqual(
    partRows(target),
    lines.map((_, i) => (i % 3 === 1 ? { y: i } : { sum: i + 1 })),
  );
  assert.deepEqual(
    errorRows(target).map(({ record, code }) => [record, code]),
    [[50, 'ROW_MODEL']],
  );
});

test('the files of a shared chunk are scored one after the other', async () => {
  const segments = [csvSegment('a,b\n1,1\nx,1\n'), csvSegment('b,a\n2,3\n'), csvSegment('a,b\n')];
  const { targets, records, ends } = await run(chunkTask([await planOf('add')], segments));
  assert.deepEqual(targets.map(partRows), [[{ sum: 2 }, { sum: 5 }]]);
  assert.deepEqual(
    targets.flatMap(errorRows).map(({ segment, record }) => [segment, record]),
    [[0, 1]],
  );
  assert.deepEqual(records, [2, 1, 0]);
  assert.deepEqual(ends, { o: 'o', q: 'q' });
});
