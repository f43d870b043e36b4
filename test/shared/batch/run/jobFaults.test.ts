import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ScoringError } from '../../../../shared/errors/scoringError.js';
import { resultPage } from '../../../../shared/batch/results/resultPage.js';
import { startBatch, type Batch, type BatchBed, type BatchOptions } from '../../../support/batch.js';
import { fixturesDir } from '../../../support/modelsDir.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;
const open = (options?: BatchOptions): Batch => bed.open(options);

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add', 'matrix', 'fails-at-run') });
});

const tiny = { settings: { chunkBytes: 40 } };
const csvOf = (rows: number, bad: readonly number[] = []) =>
  `a,b\n${Array.from({ length: rows }, (_, i) => `${bad.includes(i) ? 'x' : i},1\n`).join('')}`;
const add = { service: 'add', format: 'csv', parallelCount: 2 };

test('columns that are missing end the job before any work, all of them named', async () => {
  const { runJob, scored } = open(tiny);
  const job = await runJob({
    options: { services: ['add', 'matrix'], format: 'csv', join: ['k'] },
    records: 'f1,b\n1,2\n',
  });
  assert.deepEqual([job.state, job.fault?.code, scored.length], ['Failed', 'JOB_COLUMNS', 0]);
  for (const name of ['a', 'f0', 'f2', 'k'])
    assert.match(job.fault?.message ?? '', new RegExp(`\\b${name}\\b`));
  assert.deepEqual(job.frozen, { chunks: 0, counts: { rows: 0, succeeded: 0, failed: 0 } });
});

test('columns that one of several inputs lacks end the job, with the name of the input', async () => {
  const { runJob, upload } = open(tiny);
  await upload('c/1.csv', 'a,b\n1,2\n');
  await upload('c/2.csv', 'a\n1\n');
  const job = await runJob({ options: { service: 'add' }, blobs: ['c/1.csv', 'c/2.csv'] });
  assert.equal(job.fault?.code, 'JOB_COLUMNS');
  assert.match(job.fault.message, /c\/2\.csv.*\bb\b/);
});

test('inputs that are not there are named', async () => {
  const { runJob, upload } = open();
  await upload('there.csv', 'a,b\n1,2\n');
  const job = await runJob({ options: { service: 'add' }, blobs: ['there.csv', 'gone.csv', 'lost.csv'] });
  assert.deepEqual([job.state, job.fault?.code], ['Failed', 'JOB_INPUT_MISSING']);
  assert.match(job.fault?.message ?? '', /gone\.csv, lost\.csv/);
});

test('long names do not make the messages of the engine too large', async () => {
  const blobs = Array.from({ length: 30 }, (_, i) => `${'€'.repeat(1000)}${i}.csv`);
  const job = await open().runJob({ options: { service: 'add' }, blobs });
  assert.equal(job.fault?.code, 'JOB_INPUT_MISSING');
});

for (const [what, code, change] of [
  ['overwritten', 'JOB_INPUT_CHANGED', (b: Batch, name: string) => b.upload(name, csvOf(100))],
  [
    'removed',
    'JOB_INPUT_MISSING',
    (b: Batch, name: string) => b.store.remove({ container: 'uploads', name }),
  ],
] as const) {
  test(`an input that is ${what} while the job runs ends it; the rows before stay`, async () => {
    const name = `changing-${what}.csv`;
    const batch = open({
      ...tiny,
      beforeChunk: () => (batch.scored.length === 3 ? change(batch, name) : undefined),
    });
    await batch.upload(name, csvOf(100));
    const job = await batch.runJob({ options: { ...add, parallelCount: 1 }, blobs: [name] });
    assert.deepEqual([job.state, job.fault?.code], ['Failed', code]);
    const settled = job.frozen?.counts.rows ?? 0;
    assert.ok(settled > 0 && settled < 100);
    const { rows } = JSON.parse(
      await resultPage(batch.context, job, { from: 0, count: 1000, result: undefined }),
    ) as { rows: { outputs: { sum: number } }[] };
    assert.deepEqual(
      rows.map(({ outputs }) => outputs.sum),
      Array.from({ length: settled }, (_, i) => i + 1),
    );
  });
}

test('more error rows than the limit end the job early, as many as the limit do not', async () => {
  const records = csvOf(200, [3, 5, 190]);
  const failed = await open(tiny).runJob({ options: { ...add, maxErrorRows: 2 }, records });
  assert.deepEqual([failed.state, failed.fault?.code], ['Failed', 'JOB_ERROR_ROWS']);
  const complete = await open(tiny).runJob({ options: { ...add, maxErrorRows: 3 }, records });
  assert.deepEqual([complete.state, complete.frozen?.counts.failed], ['Complete', 3]);
  const early = open({ settings: { ...tiny.settings, laneBudgetMs: -1 } });
  const stopped = await early.runJob({ options: { ...add, maxErrorRows: 1 }, records });
  assert.equal(stopped.fault?.code, 'JOB_ERROR_ROWS');
  assert.ok(early.scored.length < 10, `${early.scored.length} chunks were scored`);
});

test('error rows in percent are judged over the whole job', async () => {
  const records = csvOf(100, [0, 1, 2, 3, 4]);
  const complete = await open(tiny).runJob({ options: { ...add, maxErrorPercent: 5 }, records });
  assert.deepEqual([complete.state, complete.frozen?.counts.failed], ['Complete', 5]);
  const failed = await open(tiny).runJob({ options: { ...add, maxErrorPercent: 4.9 }, records });
  assert.deepEqual(
    [failed.state, failed.fault?.code, failed.frozen?.counts.rows],
    ['Failed', 'JOB_ERROR_ROWS', 100],
  );
});

test('a chunk whose scoring thread is lost again and again gives error rows, or ends the job', async () => {
  const records = csvOf(60);
  let tries = 0;
  const beforeChunk: BatchOptions['beforeChunk'] = ({ segments: [segment], failAll }) => {
    if (segment?.kind !== 'text' || segment.from !== 44 || failAll) return;
    tries++;
    throw new ScoringError('SCORE_ERR_WORKER_LOST', 'lost');
  };
  const batch = open({ ...tiny, beforeChunk });
  const job = await batch.runJob({ options: { ...add, maxFailedChunks: 1 }, records });
  assert.deepEqual([job.state, job.fault, tries], ['Complete', undefined, 3]);
  const errors = ((await batch.file(job.id, 'results.errors.jsonl')) ?? '').split('\n').filter(Boolean);
  const codes = errors.map((line) => (JSON.parse(line) as { code: string }).code);
  assert.ok(codes.length > 1 && codes.every((code) => code === 'CHUNK_FAILED'));
  assert.deepEqual(job.frozen?.counts, { rows: 60, succeeded: 60 - codes.length, failed: codes.length });
  const failed = await open({ ...tiny, beforeChunk }).runJob({ options: add, records });
  assert.deepEqual([failed.state, failed.fault?.code], ['Failed', 'JOB_CHUNKS_FAILED']);
});

for (const chunkBytes of [100, 1024, 5000, 2 ** 20]) {
  test(`one row that the model fails on costs one error row in chunks of ${chunkBytes} bytes`, async () => {
    const rowCount = 3000;
    const poisoned = 1234;
    const records = `x\n${Array.from({ length: rowCount }, (_, i) => (i === poisoned ? '99\n' : `${i % 3}\n`)).join('')}`;
    const { runJob, file: textOf } = open({ settings: { chunkBytes } });
    const job = await runJob({ options: { service: 'fails-at-run', format: 'csv' }, records });
    assert.deepEqual(
      [job.state, job.frozen?.counts.failed, job.frozen?.counts.rows],
      ['Complete', 1, rowCount],
    );
    const error = JSON.parse((await textOf(job.id, 'results.errors.jsonl')) ?? '') as {
      row: number;
      code: string;
    };
    assert.deepEqual([error.row, error.code], [poisoned, 'ROW_RUN_FAILED']);
    const expected = Array.from({ length: rowCount }, (_, i) => 10 * ((i % 3) + 1)).filter(
      (_, i) => i !== poisoned,
    );
    assert.equal(await textOf(job.id, 'results.csv'), `y\n${expected.join('\n')}\n`);
  });
}
