import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { errorPage } from '../../../../shared/batch/results/errorPage.js';
import { resultPage, resultRow } from '../../../../shared/batch/results/resultPage.js';
import { jobView } from '../../../../shared/batch/results/jobView.js';
import { startBatch, type Batch, type BatchBed } from '../../../support/batch.js';
import { expectRejection } from '../../../support/expectFault.js';
import { fixturesDir } from '../../../support/modelsDir.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

const rowCount = 60;
// bad rows, and cells with line ends over the borders of chunks
const records = `a,b,t\n${Array.from({ length: rowCount }, (_, i) => `${i % 11 === 5 ? 'x' : i},1,${i % 30 === 25 ? '"\n,\n"' : 't'}\n`).join('')}`;
const options = { service: 'add', format: 'csv', join: ['t'], parallelCount: 3, outputFormat: 'jsonLines' };

interface Page {
  readonly rows: readonly { readonly row: number; readonly outputs?: object; readonly error?: object }[];
  readonly settledRows: number;
  readonly isLast: boolean;
}

const pageOf = async ({ context, job }: Batch, jobId: string, from = 0, count = 1000): Promise<Page> =>
  JSON.parse(await resultPage(context, await job(jobId), { from, count, result: undefined })) as Page;

test('what is visible while a job runs is always a prefix of what it has in the end', async () => {
  const seen: Page[] = [];
  let looking = 0;
  const batch: Batch = bed.open({
    settings: { chunkBytes: 30, laneBudgetMs: -1 },
    before: async ({ activity, jobId }) => {
      if (activity === 'planBatch') return;
      looking++;
      seen.push(await pageOf(batch, jobId));
    },
  });
  const job = await batch.runJob({ options, records });
  assert.equal(job.state, 'Complete');
  const last = await pageOf(batch, job.id);
  assert.deepEqual([last.rows.length, last.settledRows, last.isLast], [rowCount, rowCount, true]);
  assert.ok(looking > 10);
  let before = 0;
  for (const { rows, settledRows, isLast } of seen) {
    assert.deepEqual(rows, last.rows.slice(0, rows.length));
    assert.equal(rows.length, settledRows);
    assert.ok(settledRows >= before);
    before = settledRows;
    if (settledRows < rowCount) assert.equal(isLast, false);
  }
  assert.ok(new Set(seen.map(({ settledRows }) => settledRows)).size > 3);
});

test('the rows of the pages are those of the files, each row in its place', async () => {
  const batch = bed.open({ settings: { chunkBytes: 100 } });
  const job = await batch.runJob({ options, records });
  const results = ((await batch.file(job.id, 'results.jsonl')) ?? '').split('\n').filter(Boolean);
  const errors = ((await batch.file(job.id, 'results.errors.jsonl')) ?? '').split('\n').filter(Boolean);
  const { rows } = await pageOf(batch, job.id);
  const shown = rows.flatMap(({ outputs }) => (outputs ? [outputs] : []));
  assert.deepEqual(
    shown,
    results.map((line) => JSON.parse(line) as object),
  );
  const failed = rows.flatMap(({ row, error }) => (error ? [{ row, ...error }] : []));
  assert.deepEqual(
    failed,
    errors.map((line) => JSON.parse(line) as object),
  );
  for (const [from, count] of [
    [0, 1],
    [7, 13],
    [55, 100],
    [59, 1],
    [60, 5],
  ] as const) {
    assert.deepEqual((await pageOf(batch, job.id, from, count)).rows, rows.slice(from, from + count));
    const page = await errorPage(batch.context, job, { from, count, result: undefined });
    assert.deepEqual((JSON.parse(page) as { errors: object[] }).errors, failed.slice(from, from + count));
  }
  for (const row of [0, 5, 31, 59]) {
    assert.deepEqual(JSON.parse(await resultRow(batch.context, job, row, undefined)), rows[row]);
  }
  await expectRejection(resultRow(batch.context, job, rowCount, undefined), {
    code: 'SCORE_ERR_ROW_NOT_FOUND',
  });
  await expectRejection(resultRow(batch.context, { ...job, state: 'InProgress' }, rowCount, undefined), {
    code: 'SCORE_ERR_ROW_PENDING',
  });
});

test('a job that runs tells its counts, its chunks and when it was last seen', async () => {
  let view: Record<string, unknown> | undefined;
  const batch: Batch = bed.open({
    settings: { chunkBytes: 100 },
    before: async ({ activity, jobId }) => {
      if (activity !== 'finishBatch') return;
      const shown = await jobView(batch.context, await batch.job(jobId));
      view ??= shown.view as Record<string, unknown>;
      // parts are stamped by storage, in seconds
      assert.ok(shown.lastSignMs >= batch.clock.wallMs() - 1000);
    },
  });
  const job = await batch.runJob({ options, records });
  const { chunks, chunksScored } = view?.progress as { chunks: number; chunksScored: number };
  assert.deepEqual([view?.id, view?.state, chunksScored], [job.id, 'InProgress', chunks]);
  const { view: ended } = await jobView(batch.context, job);
  const { state, counts, progress } = ended as { state: string; counts: object; progress?: object };
  assert.deepEqual([state, counts, progress], ['Complete', job.frozen?.counts, undefined]);
});
