import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { JobEngine } from '../../shared/batch/engine.js';
import { listJobs } from '../../shared/batch/jobIndex.js';
import { runMaintenance } from '../../shared/batch/maintenance.js';
import { deleteJob } from '../../shared/batch/removeJob.js';
import { submitBatch } from '../../shared/batch/submitBatch.js';
import { requestOf, startBatch } from '../support/batch.js';
import { fixturesDir } from '../support/modelsDir.js';
import { fileCleanUp } from '../support/temporaryDir.js';

const t = fileCleanUp();
let started: Awaited<ReturnType<typeof startBatch>>;

before(async () => {
  started = await startBatch(t, { modelsDir: fixturesDir(t, 'int64-identity') });
});

/** A run that never comes back. */
const lostEngine: JobEngine = { start: () => Promise.resolve(), stateOf: () => Promise.resolve('running') };

test('a deleted job whose run never came back is hidden at once and removed by the maintenance', async () => {
  const { context, clock, store } = started.open();
  const request = requestOf({ options: { service: 'int64-identity' }, records: 'x\n1\n' });
  const job = await submitBatch(context, lostEngine, request);
  const blobs = async (): Promise<number> => {
    const all = [await store.list('batches', `jobs/${job.id}/`), await store.list('batches', 'index/')];
    return all.flatMap((page) => page.blobs).length;
  };
  assert.equal((await listJobs(store, {}, undefined, 10)).jobs.length, 1);
  await deleteJob(context, lostEngine, job);
  assert.deepEqual(await listJobs(store, {}, undefined, 10), { jobs: [] });
  assert.ok((await blobs()) > 0);
  await runMaintenance(context, lostEngine);
  assert.ok((await blobs()) > 0, 'its lanes may still be under way');
  clock.move(2 * 60 * 60_000);
  await runMaintenance(context, lostEngine);
  assert.equal(await blobs(), 0);
});
