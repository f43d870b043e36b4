import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, test } from 'node:test';
import { cancelJob } from '../../../shared/batch/cancelJob.js';
import { closeBatch } from '../../../shared/batch/closeBatch.js';
import type { JobRecord } from '../../../shared/batch/job.js';
import { JobPaths } from '../../../shared/batch/jobPaths.js';
import { ownJob } from '../../../shared/batch/ownJob.js';
import { deleteJob } from '../../../shared/batch/removeJob.js';
import { listJobs } from '../../../shared/batch/jobIndex.js';
import { resultPage } from '../../../shared/batch/results/resultPage.js';
import { openBlobStore } from '../../../shared/storage/azureBlobStore.js';
import { startBatch, type Batch, type BatchBed, type BatchOptions } from '../../support/batch.js';
import { expectRejection } from '../../support/expectFault.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

const records = `a,b\n${Array.from({ length: 90 }, (_, i) => `${i},1\n`).join('')}`;
const options = { service: 'add', format: 'csv', parallelCount: 2 };
const noRows = { rows: 0, succeeded: 0, failed: 0 };

const pageOf = ({ context }: Batch, job: JobRecord) =>
  resultPage(context, job, { from: 0, count: 1000, result: undefined });
const rowsOf = async (batch: Batch, job: JobRecord) =>
  (JSON.parse(await pageOf(batch, job)) as { rows: unknown[] }).rows.length;

const partsOf = async (batch: Batch, { id }: JobRecord) =>
  (await batch.blobs(id)).filter((name) => name.startsWith('parts/'));

/** A batch path that holds where it is told to until `goOn` is called; `held` resolves when it is there. */
function holding(where: (reach: () => Promise<void>) => BatchOptions) {
  let goOn = (): void => undefined;
  let reached = (): void => undefined;
  const going = new Promise<void>((resolve) => (goOn = resolve));
  const held = new Promise<void>((resolve) => (reached = resolve));
  const reach = () => {
    reached();
    return going;
  };
  const batch = bed.open({ settings: { chunkBytes: 40 }, ...where(reach) });
  return { batch, held, goOn };
}

const atStep = (name: string) => (reach: () => Promise<void>) => ({
  before: ({ activity }: { readonly activity: string }) => (activity === name ? reach() : undefined),
});

/** Holds the chunk that is the fifth to be scored. */
const atFifthChunk = (reach: () => Promise<void>): BatchOptions => {
  let chunks = 0;
  return { beforeChunk: () => (++chunks === 5 ? reach() : undefined) };
};

test('a job that is cancelled before it is planned does nothing', async () => {
  const { batch, held, goOn } = holding(atStep('planBatch'));
  const job = await batch.submit({ options, records });
  await held;
  const canceled = await cancelJob(batch.context, job);
  assert.deepEqual([canceled.state, canceled.frozen], ['Canceled', { chunks: 0, counts: noRows }]);
  goOn();
  await batch.engine.wait(job.id);
  assert.deepEqual((await batch.job(job.id)).state, 'Canceled');
  assert.deepEqual(
    batch.engine.calls.map(({ activity }) => activity),
    ['planBatch', 'closeBatch'],
  );
  assert.equal(batch.scored.length, 0);
  assert.deepEqual(await partsOf(batch, job), []);
});

test('a cancel while lanes run stops them, keeps the settled rows, and nothing is shown or left behind them', async () => {
  let chunks = 0;
  let begun = (): void => undefined;
  let canceled = (): void => undefined;
  const fifth = new Promise<void>((resolve) => (begun = resolve));
  const told = new Promise<void>((resolve) => (canceled = resolve));
  const batch: Batch = bed.open({
    settings: { chunkBytes: 40 },
    beforeChunk: async (_task, signal) => {
      if (++chunks < 5) return;
      begun();
      await told;
      // what tells the lane is the marker that it looks for by the clock
      const aborted = once(signal, 'abort');
      if (!signal.aborted) {
        batch.clock.move(600);
        await aborted;
      }
    },
  });
  const job = await batch.submit({ options, records });
  await fifth;
  const ended = await cancelJob(batch.context, job);
  assert.equal(ended.state, 'Canceled');
  const page = await pageOf(batch, ended);
  canceled();
  await batch.engine.wait(job.id);
  assert.ok(batch.scored.length <= 6, `${batch.scored.length} chunks were scored`);
  const after = await batch.job(job.id);
  assert.deepEqual([after.state, after.frozen], ['Canceled', ended.frozen]);
  assert.equal(await pageOf(batch, after), page);
  assert.equal(await rowsOf(batch, after), after.frozen?.counts.rows);
  assert.equal((await partsOf(batch, job)).length, after.frozen?.chunks);
  assert.equal(await batch.file(job.id, 'results.csv'), undefined);
});

test('a cancelled job shows nothing of what a straggler writes, and the close removes it', async () => {
  const { batch, held, goOn } = holding(atFifthChunk);
  const job = await batch.submit({ options: { ...options, parallelCount: 1 }, records });
  await held;
  const ended = await cancelJob(batch.context, job);
  const shown = ended.frozen?.chunks ?? 0;
  const page = await pageOf(batch, ended);
  const paths = new JobPaths(job.id);
  const listed = await batch.store.list('batches', paths.partsPrefix);
  const { metadata } = listed.blobs[0] ?? assert.fail('no part is there');
  const bytes = new TextEncoder().encode('999\n');
  for (const at of [shown, shown + 1]) {
    await batch.store.put(paths.part(0, at, 'o'), bytes, { metadata, when: 'absent' });
  }
  assert.equal(await pageOf(batch, ended), page);
  goOn();
  await batch.engine.wait(job.id);
  await closeBatch(batch.context, job.id);
  assert.equal((await partsOf(batch, job)).length, shown);
  assert.equal(await pageOf(batch, ended), page);
});

test('a cancel while the result is joined counts, and no whole result is shown', async () => {
  const { batch, held, goOn } = holding(atStep('finishBatch'));
  const job = await batch.submit({ options, records });
  await held;
  const ended = await cancelJob(batch.context, job);
  assert.deepEqual([ended.state, ended.frozen?.counts.rows], ['Canceled', 90]);
  goOn();
  await batch.engine.wait(job.id);
  assert.equal((await batch.job(job.id)).state, 'Canceled');
  assert.equal(await rowsOf(batch, ended), 90);
});

test('a job that has ended stays as it is', async () => {
  const batch = bed.open();
  const job = await batch.runJob({ options, records });
  assert.deepEqual(await cancelJob(batch.context, job), job);
  // a caller with an old record does not change it either
  const late = await cancelJob(batch.context, { ...job, state: 'InProgress' });
  assert.deepEqual([late.state, late.frozen], ['Complete', job.frozen]);
});

/** Everything in storage that has the id of the job in its name. */
async function leftOf({ store, blobs }: Batch, { id }: JobRecord): Promise<string[]> {
  const { jobs } = await listJobs(store, { deleted: true }, undefined, 500);
  return [...(await blobs(id)), ...jobs.filter((one) => one.id === id).map((one) => one.id)];
}

test('a job that is deleted while it runs is gone at once, and removed when its lanes are back', async () => {
  const { batch, held, goOn } = holding(atFifthChunk);
  const job = await batch.submit({ options, records });
  await held;
  await deleteJob(batch.context, batch.engine, job);
  const missing = { code: 'SCORE_ERR_JOB_NOT_FOUND' } as const;
  await expectRejection(ownJob({ batch: batch.context, owners: [job.owner] }, job.id), missing);
  const { jobs } = await listJobs(batch.store, {}, undefined, 500);
  assert.ok(jobs.every(({ id }) => id !== job.id));
  assert.notDeepEqual(await leftOf(batch, job), []);
  goOn();
  await batch.engine.wait(job.id);
  assert.deepEqual(await leftOf(batch, job), []);
});

test('a job that is deleted after its end is removed at once', async () => {
  const batch = bed.open();
  const job = await batch.runJob({ options, records });
  await deleteJob(batch.context, batch.engine, job);
  assert.deepEqual(await leftOf(batch, job), []);
  await expectRejection(ownJob({ batch: batch.context, owners: [job.owner] }, job.id), {
    code: 'SCORE_ERR_JOB_NOT_FOUND',
  });
});

test('a key whose job was deleted takes a new job, with other records too, on whichever instance', async () => {
  const batch = bed.open();
  const first = await batch.runJob({ options, records });
  // another instance has deleted it
  const other = openBlobStore({ connection: bed.connectionString, ...batch.context, random: Math.random });
  await deleteJob({ ...batch.context, store: other }, batch.engine, first);
  batch.engine.set(first.id, 'unknown');
  batch.clock.move(1);
  const second = await batch.runJob({ options, records: 'a,b\n5,5\n', jobId: first.id });
  assert.deepEqual([second.state, second.frozen?.counts.rows], ['Complete', 1]);
  assert.equal(await batch.file(second.id, 'results.csv'), 'sum\n10\n');
});
