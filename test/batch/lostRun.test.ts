import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import type { BatchContext } from '../../shared/batch/batchContext.js';
import type { JobRecord } from '../../shared/batch/job.js';
import { readJob } from '../../shared/batch/jobStore.js';
import { reconcileJob } from '../../shared/batch/reconcile.js';
import { readSettings } from '../../shared/settings.js';
import { BatchClock } from '../support/batch.js';
import { KeptLog } from '../support/startServices.js';
import { fileCleanUp } from '../support/temporaryDir.js';
import { startCrashBed, type StartedBed } from './crashBed.js';
import { runQuietly } from './crashes.js';
import { crashJobs } from './crashJobs.js';
import { RemoteEngine } from './engineCalls.js';
import { completedFile, jobEnds, jobOf, submitJob, visibleRows } from './jobCalls.js';

// A run that an operator has terminated, seen by whoever looks at the job more than two minutes later.

const t = fileCleanUp();
const job = crashJobs.plain();
let bed: StartedBed;
let engine: RemoteEngine;
let expected: string;

before(async () => {
  bed = await startCrashBed(t);
  engine = new RemoteEngine(bed.host.app.url, bed.dataDir);
  expected = await runQuietly(bed.host.app, job);
});

async function terminatedJob(): Promise<string> {
  const { url } = bed.host.app;
  const id = await submitJob(url, job.query, job.body, job.headers);
  while ((await visibleRows(url, id)).length === 0);
  await engine.terminate(id);
  assert.equal((await jobOf(url, id)).state, 'InProgress');
  return id;
}

/** What a process does that looks at the job three minutes later. */
async function reconcile(id: string): Promise<JobRecord> {
  const clock = new BatchClock();
  clock.move(180_000);
  const context = { store: bed.store, clock, log: new KeptLog(), settings: readSettings({}, '.') };
  const record = await readJob(bed.store, id);
  assert.ok(record);
  // models and threads are no business of this step
  return reconcileJob(context as unknown as BatchContext, engine, record, Date.now());
}

test('a terminated run is started once more and ends exactly, beside lanes that were left running', async () => {
  const id = await terminatedJob();
  const restarted = await reconcile(id);
  assert.deepEqual([restarted.state, restarted.restarts], ['InProgress', 1]);
  assert.ok((await completedFile(bed.host.app.url, id, 60_000)) === expected);
  assert.equal(await engine.stateOf(id), 'completed');
});

test('a run that is terminated again fails its job with JOB_ENGINE_LOST and keeps what was settled', async () => {
  const { url } = bed.host.app;
  const id = await terminatedJob();
  await reconcile(id);
  await engine.terminate(id);
  const rows = await visibleRows(url, id);
  const failed = await reconcile(id);
  assert.deepEqual([failed.state, failed.fault?.code], ['Failed', 'JOB_ENGINE_LOST']);
  assert.ok(await jobEnds(url, id, 0));
  const kept = await visibleRows(url, id);
  assert.deepEqual(kept.slice(0, rows.length), rows);
  assert.equal((await jobOf(url, id)).counts.rows, kept.length);
  assert.notEqual(await engine.stateOf(randomUUID()), 'running');
});
