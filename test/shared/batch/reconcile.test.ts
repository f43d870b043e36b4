import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { EngineState } from '../../../shared/batch/engine.js';
import type { JobRecord } from '../../../shared/batch/job.js';
import { runMaintenance } from '../../../shared/batch/maintenance.js';
import { reconcileJob } from '../../../shared/batch/reconcile.js';
import { jobView } from '../../../shared/batch/results/jobView.js';
import { submitBatch } from '../../../shared/batch/submitBatch.js';
import { requestOf, startBatch, type Batch, type BatchBed } from '../../support/batch.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

const records = 'a,b\n1,2\n3,4\n5,6\n';
const options = { service: 'add', format: 'csv', parallelCount: 1 };
const settings = { chunkBytes: 4 };

/** How long a job may show no sign (design, section 5). */
const stillMs = 120_000;

/** A job whose run is not there, seen last at its start. */
async function lost(batch: Batch, state: EngineState): Promise<JobRecord> {
  const idle = { start: () => Promise.resolve(), stateOf: () => Promise.resolve(state) };
  const job = await submitBatch(batch.context, idle, requestOf({ options, records }));
  batch.engine.set(job.id, state);
  return job;
}

const lookAt = async ({ context, engine }: Batch, job: JobRecord) =>
  reconcileJob(context, engine, job, (await jobView(context, job)).lastSignMs);

for (const state of ['unknown', 'failed', 'terminated', 'completed'] as const) {
  test(`a job whose run is ${state} is started once more, not before two minutes without a sign`, async () => {
    const batch = bed.open({ settings });
    const job = await lost(batch, state);
    batch.clock.move(stillMs - 1);
    assert.deepEqual(await lookAt(batch, job), job);
    assert.deepEqual(batch.engine.begun, []);
    batch.clock.move(1);
    const found = await lookAt(batch, job);
    assert.deepEqual([found.restarts, batch.engine.begun], [1, [job.id]]);
    await batch.engine.wait(job.id);
    assert.equal((await batch.job(job.id)).state, 'Complete');
    assert.equal(await batch.file(job.id, 'results.csv'), 'sum\n3\n7\n11\n');
  });
}

test('a job whose second run is lost as well is Failed, after two minutes again', async () => {
  const batch = bed.open();
  const job = await lost(batch, 'failed');
  const nothing = {
    start: () => Promise.resolve(),
    stateOf: () => Promise.resolve('terminated' as const),
  };
  batch.clock.move(stillMs);
  const restarted = await reconcileJob(batch.context, nothing, job, job.createdMs);
  assert.equal(restarted.restarts, 1);
  batch.clock.move(stillMs - 1);
  const waiting = await reconcileJob(
    batch.context,
    nothing,
    restarted,
    (await jobView(batch.context, restarted)).lastSignMs,
  );
  assert.equal(waiting.state, 'Pending');
  batch.clock.move(1);
  const ended = await reconcileJob(
    batch.context,
    nothing,
    restarted,
    (await jobView(batch.context, restarted)).lastSignMs,
  );
  assert.deepEqual([ended.state, ended.fault?.code], ['Failed', 'JOB_ENGINE_LOST']);
  assert.deepEqual(await reconcileJob(batch.context, nothing, ended, 0), ended);
});

test('a run under way is left alone, however long it takes', async () => {
  const batch = bed.open();
  const job = await lost(batch, 'running');
  batch.clock.move(100 * stillMs);
  assert.deepEqual(await lookAt(batch, job), job);
});

test('parts that were written are a sign, and stay when the run is lost for good', async () => {
  const batch = bed.open({
    settings,
    before: ({ activity }) => {
      if (activity !== 'scoreLane') return;
      if (batch.scored.length > 0) throw new Error('lost');
    },
    beforeChunk: () => {
      if (batch.scored.length === 2) throw new Error('lost');
    },
  });
  const job = await batch.submit({ options, records });
  batch.engine.wait(job.id).catch(() => undefined);
  batch.engine.set(job.id, 'terminated');
  await batch.engine.wait(job.id);
  const { fault, frozen } = await batch.job(job.id);
  assert.equal(fault?.code, 'JOB_NO_PROGRESS');
  assert.equal(frozen?.counts.rows, 2);
});

test('many that look at a lost job at once start it once', async () => {
  const batch = bed.open();
  const job = await lost(batch, 'unknown');
  batch.clock.move(stillMs);
  const looks = await Promise.all(Array.from({ length: 20 }, () => lookAt(batch, job)));
  await batch.engine.wait(job.id);
  // whoever comes late sees it run, or ended
  assert.ok(looks.some(({ restarts }) => restarts === 1));
  assert.deepEqual(batch.engine.begun, [job.id]);
});

test('the maintenance finds jobs that stand still', async () => {
  const batch = bed.open();
  const job = await lost(batch, 'terminated');
  batch.clock.move(stillMs - 1);
  await runMaintenance(batch.context, batch.engine);
  assert.equal((await batch.job(job.id)).restarts, 0);
  batch.clock.move(1);
  await runMaintenance(batch.context, batch.engine);
  await batch.engine.wait(job.id);
  const { state, restarts } = await batch.job(job.id);
  assert.deepEqual([state, restarts], ['Complete', 1]);
});
