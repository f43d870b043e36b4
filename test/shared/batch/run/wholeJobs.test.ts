import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { JobPaths } from '../../../../shared/batch/jobPaths.js';
import { resultPage } from '../../../../shared/batch/results/resultPage.js';
import { startBatch, type Batch, type BatchBed, type BatchOptions } from '../../../support/batch.js';
import { allExpectedRows, answerColumns, assertSame } from '../../../support/expectedRows.js';
import { modelsDirWith } from '../../../support/modelsDir.js';
import { consume } from '../../../support/scoreCalls.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;
const open = (options?: BatchOptions): Batch => bed.open(options);

before(async () => {
  const modelsDir = modelsDirWith(file, {
    'add/1.0.0': { fixture: 'add' },
    'add/2.0.0': { fixture: 'add' },
    'matrix/1.0.0': { fixture: 'matrix' },
    'penguins/1.0.0': { shipped: 'penguins/1.0.0' },
  });
  bed = await startBatch(file, { modelsDir });
});

const tiny = { settings: { chunkBytes: 40 } };
const rowCount = 25;
const pairs = Array.from({ length: rowCount }, (_, i) => ({ a: i, b: i / 2 }));
const sums = pairs.map(({ a, b }) => a + b);
const csv = `a,b\n${pairs.map(({ a, b }) => `${a},${b}\n`).join('')}`;
const lines = pairs.map((pair) => `${JSON.stringify(pair)}\n`).join('');
const resultCsv = `sum\n${sums.map((sum) => `${sum}\n`).join('')}`;

async function parquetOf(): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const names = ['a', 'b'] as const;
  const columnData = names.map((name) => ({
    name,
    data: pairs.map((pair) => pair[name]),
    type: 'DOUBLE' as const,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 7 }));
}

interface Form {
  readonly records: string | Uint8Array | (() => Promise<Uint8Array>);
  readonly options: object;
}

const forms: Readonly<Record<string, Form>> = {
  CSV: { records: csv, options: { format: 'csv' } },
  'CSV with CRLF and byte order mark': {
    records: `\ufeff${csv.replaceAll('\n', '\r\n')}`,
    options: { format: 'csv' },
  },
  TSV: { records: csv.replaceAll(',', '\t'), options: { format: 'tsv' } },
  'UTF-16': { records: Buffer.from(`\ufeff${csv}`, 'utf16le'), options: { format: 'csv' } },
  'CSV without header': { records: csv.slice(4), options: { format: 'csv', columns: ['a', 'b'] } },
  'CSV of an odd dialect': {
    records: `# one\n${csv.replaceAll(',', ';')}`,
    options: { format: 'csv', comment: '#', delimiter: ';' },
  },
  'JSON Lines': { records: lines, options: { format: 'jsonLines', outputFormat: 'csv' } },
  'a JSON array': { records: JSON.stringify(pairs), options: { format: 'jsonArray', outputFormat: 'csv' } },
  Parquet: { records: parquetOf, options: { format: 'parquet' } },
  'gzip of CSV': { records: gzipSync(csv), options: { format: 'csv' } },
  'gzip of JSON Lines': { records: gzipSync(lines), options: { format: 'jsonLines', outputFormat: 'csv' } },
};

for (const [name, { records, options }] of Object.entries(forms)) {
  test(`${name} is scored in chunks as in one`, async () => {
    const { runJob, file: textOf, scored } = open(tiny);
    const body = typeof records === 'function' ? await records() : records;
    const job = await runJob({ options: { service: 'add', ...options }, records: body });
    assert.deepEqual([job.state, job.fault], ['Complete', undefined]);
    assert.deepEqual(job.frozen?.counts, { rows: rowCount, succeeded: rowCount, failed: 0 });
    assert.ok(scored.length > 2, `${scored.length} chunks`);
    assert.equal(await textOf(job.id, 'results.csv'), resultCsv);
    assert.equal(await textOf(job.id, 'results.errors.jsonl'), '');
  });
}

test('results are written in each format', async () => {
  const { runJob, file: textOf, store } = open(tiny);
  const asLines = await runJob({
    options: { service: 'add', format: 'csv', outputFormat: 'jsonLines' },
    records: csv,
  });
  assert.equal(await textOf(asLines.id, 'results.jsonl'), sums.map((sum) => `{"sum":${sum}}\n`).join(''));
  const job = await runJob({
    options: { service: 'add', format: 'csv', outputFormat: 'parquet' },
    records: csv,
  });
  const found = await store.read(new JobPaths(job.id).result('results.parquet'));
  assert.ok(found);
  const { parquetReadObjects } = await import('hyparquet');
  const rows = await parquetReadObjects({ file: found.bytes.buffer });
  assert.deepEqual(
    rows,
    sums.map((sum) => ({ sum })),
  );
});

test('several services give one result each, in their order', async () => {
  const { runJob, file: textOf, context } = open(tiny);
  const records = 'a,b,f0,f1,f2\n1,2,3,4,5\nx,2,3,4,5\n5,6,7,8,z\n9,9,9,9,9\n';
  const job = await runJob({
    options: { services: ['add/2.0.0', 'matrix'], format: 'csv', join: ['a'] },
    records,
  });
  assert.equal(job.state, 'Complete');
  assert.deepEqual(job.frozen?.counts, { rows: 8, succeeded: 6, failed: 2 });
  assert.equal(await textOf(job.id, 'add-2.0.0.csv'), 'a,sum\n1,3\n5,11\n9,18\n');
  const errors = await textOf(job.id, 'matrix-1.0.0.errors.jsonl');
  const [error, ...more] = (errors ?? '').split('\n').filter(Boolean);
  assert.deepEqual(more, []);
  assert.deepEqual(
    { ...JSON.parse(error ?? ''), message: '' },
    {
      ...{ row: 2, input: 'body', inputRow: 2, code: 'ROW_VALUE', column: 'f2', message: '', text: 'z' },
    },
  );
  const page = await resultPage(context, job, { from: 1, count: 2, result: 'add-2.0.0' });
  const { rows } = JSON.parse(page) as {
    rows: { row: number; outputs?: unknown; error?: { code: string } }[];
  };
  assert.deepEqual(
    [rows[0]?.row, rows[0]?.error?.code, rows[1]?.outputs],
    [1, 'ROW_VALUE', { a: '5', sum: 11 }],
  );
});

test('rows name their models', async () => {
  const { runJob, file: textOf } = open(tiny);
  const records = 'm,a,b,f0,f1,f2\nadd,1,2,,,\nmatrix,,,1,2,3\nnone,1,2,,,\nadd,3,4,,,\n';
  const options = {
    services: ['add/1.0.0', 'matrix/1.0.0'],
    modelColumn: 'm',
    format: 'csv',
    outputFormat: 'jsonLines',
  };
  const job = await runJob({ options, records });
  assert.deepEqual([job.state, job.fault], ['Complete', undefined]);
  const rows = ((await textOf(job.id, 'results.jsonl')) ?? '').split('\n').filter(Boolean);
  assert.deepEqual(
    rows.map((row) => (JSON.parse(row) as { sum?: number }).sum ?? null),
    [3, null, 7],
  );
  assert.match((await textOf(job.id, 'results.errors.jsonl')) ?? '', /^\{"row":2,.*"code":"ROW_MODEL"/);
});

test('small files share a chunk, and their rows keep their places', async () => {
  const { runJob, file: textOf, scored, store } = open({ settings: { chunkBytes: 64 } });
  const blobs = ['s/1.csv', 's/2.csv', 's/3.csv', 's/4.csv'];
  const texts = ['a,b\n1,1\n2,x\n', 'b,a\n10,3\n', 'a,b\n', 'a,b,c\n5,y,z\n6,6,6\n'];
  for (const [at, name] of blobs.entries()) {
    await store.put({ container: 'uploads', name }, new TextEncoder().encode(texts[at]));
  }
  const job = await runJob({ options: { service: 'add' }, blobs });
  assert.deepEqual([job.state, scored.length], ['Complete', 1]);
  assert.equal(await textOf(job.id, 'results.csv'), 'sum\n2\n13\n12\n');
  const errors = ((await textOf(job.id, 'results.errors.jsonl')) ?? '').split('\n').filter(Boolean);
  const places = errors.map((line) => JSON.parse(line) as { row: number; input: string; inputRow: number });
  assert.deepEqual(
    places.map(({ row, input, inputRow }) => [row, input, inputRow]),
    [
      [1, 's/2.csv'.replace('2', '1'), 1],
      [3, 's/4.csv', 0],
    ],
  );
});

for (const records of ['', 'a,b\n', 'a,b', '\n\n']) {
  test(`an input ${JSON.stringify(records)} has no rows and is no fault`, async () => {
    const { runJob, file: textOf } = open(tiny);
    const job = await runJob({ options: { service: 'add', format: 'csv' }, records });
    assert.deepEqual([job.state, job.fault, job.frozen?.counts.rows], ['Complete', undefined, 0]);
    assert.equal(await textOf(job.id, 'results.csv'), 'sum\n');
    assert.equal(await textOf(job.id, 'results.errors.jsonl'), '');
  });
}

test('rows of a model with labels are what they are one by one', async () => {
  const [model] = allExpectedRows().filter(({ name }) => name === 'penguins');
  assert.ok(model);
  const rows = Array.from({ length: model.rowCount }, (_, i) =>
    Object.fromEntries(Object.entries(model.columns).map(([name, values]) => [name, values[i]])),
  );
  const records = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const { runJob, file: textOf, scored } = open({ settings: { chunkBytes: 300 } });
  const job = await runJob({ options: { service: 'penguins', format: 'jsonLines' }, records });
  assert.equal(job.state, 'Complete');
  assert.ok(scored.length > 1);
  const results = ((await textOf(job.id, 'results.jsonl')) ?? '').split('\n').filter(Boolean);
  assert.equal(results.length, model.rowCount);
  for (const [i, line] of results.entries()) {
    const alone = await consume(bed.services, 'penguins', rows[i]);
    for (const [name, { exact }] of Object.entries(answerColumns(model))) {
      const value = (JSON.parse(line) as Record<string, unknown>)[name];
      assertSame(value, alone[name], exact, `row ${i}, ${name}`);
    }
  }
});

test('inputs that are unpacked by activities which run twice, and are lost at first, give the same rows', async () => {
  const lost = new Set<string>();
  const batch = open({
    settings: { chunkBytes: 40, laneBudgetMs: -1 },
    twice: true,
    before: ({ activity }) => {
      if (lost.has(activity)) return;
      lost.add(activity);
      throw new Error(`${activity} is lost`);
    },
  });
  const blobs = Array.from({ length: 10 }, (_, i) => `packed/${i}.csv.gz`);
  for (const name of blobs) await batch.store.put({ container: 'uploads', name }, gzipSync(csv));
  const job = await batch.runJob({ options: { service: 'add', parallelCount: 4 }, blobs });
  assert.deepEqual([job.state, job.fault, job.frozen?.counts.rows], ['Complete', undefined, 10 * rowCount]);
  assert.equal(
    await batch.file(job.id, 'results.csv'),
    resultCsv + resultCsv.slice('sum\n'.length).repeat(9),
  );
  assert.deepEqual([...lost].sort(), ['closeBatch', 'finishBatch', 'planBatch', 'scoreLane', 'unpackInput']);
});

test('a job that is large enough to be tried out first has all of its rows', async () => {
  const count = 60_000;
  const large = `a,b\n${Array.from({ length: count }, (_, i) => `${i},1\n`).join('')}`;
  const { runJob, file: textOf, scored } = open({ settings: { chunkBytes: 128 * 1024 } });
  const job = await runJob({ options: { service: 'add', format: 'csv' }, records: large });
  assert.deepEqual(
    [job.state, job.frozen?.counts],
    ['Complete', { rows: count, succeeded: count, failed: 0 }],
  );
  assert.ok(scored.length > 3);
  const expected = Array.from({ length: count }, (_, i) => `${i + 1}\n`).join('');
  assert.equal(await textOf(job.id, 'results.csv'), `sum\n${expected}`);
});
