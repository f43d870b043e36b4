import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { cancelJob } from '../../../shared/batch/cancelJob.js';
import type { JobRecord } from '../../../shared/batch/job.js';
import { rerunJob } from '../../../shared/batch/rerunJob.js';
import { removeJobBlobs } from '../../../shared/batch/removeJob.js';
import { startBatch, type Batch, type BatchBed } from '../../support/batch.js';
import { expectRejection } from '../../support/expectFault.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;
let expected: string | undefined;

const settings = { chunkBytes: 40 };
// some records stand within quotes over a border of chunks, one row is bad
const records = `a,b,t\n${Array.from({ length: 40 }, (_, i) => `${i === 7 ? 'x' : i},1,${i % 9 === 4 ? '"\n\n\n,,"' : 't'}\n`).join('')}`;
const options = { service: 'add', format: 'csv', join: ['t'], parallelCount: 3 };

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
  const quiet = bed.open({ settings });
  const job = await quiet.runJob({ options, records });
  expected = await quiet.file(job.id, 'results.csv');
});

async function rerun(batch: Batch, job: JobRecord): Promise<JobRecord> {
  const { id } = await rerunJob(batch.context, batch.engine, job, {
    jobId: randomUUID(),
    owner: job.owner,
    reads: 'all',
  });
  await batch.engine.wait(id);
  return batch.job(id);
}

/** A job one of whose chunks has failed as a whole. */
async function brokenJob(request: {
  records?: string;
  blobs?: string[];
}): Promise<{ job: JobRecord; chunks: number }> {
  const batch = bed.open({
    settings,
    beforeChunk: ({ segments: [segment], failAll }) => {
      if (failAll || segment?.kind !== 'text' || segment.from !== 86) return;
      throw new ScoringError('SCORE_ERR_WORKER_LOST', 'lost');
    },
  });
  const job = await batch.runJob({ options, ...request });
  assert.deepEqual([job.state, job.fault?.code], ['Failed', 'JOB_CHUNKS_FAILED']);
  return { job, chunks: batch.scored.length };
}

test('a rerun scores only what had failed, and has the result of an undisturbed run', async () => {
  const { job, chunks } = await brokenJob({ records });
  const batch = bed.open({ settings });
  const again = await rerun(batch, job);
  assert.deepEqual([again.state, again.rerunOf, again.fault], ['Complete', job.id, undefined]);
  assert.ok(batch.scored.length < chunks / 2, `${batch.scored.length} of ${chunks} were scored again`);
  assert.equal(await batch.file(again.id, 'results.csv'), expected);
  assert.equal(again.frozen?.counts.failed, 1);
  const errors = (await batch.file(again.id, 'results.errors.jsonl')) ?? '';
  assert.equal((JSON.parse(errors) as { row: number }).row, 7);
});

test('a rerun of a complete job scores nothing', async () => {
  const batch = bed.open({ settings });
  const job = await batch.runJob({ options, records });
  batch.scored.length = 0;
  const again = await rerun(batch, job);
  assert.deepEqual([again.state, again.frozen, batch.scored.length], ['Complete', job.frozen, 0]);
  assert.equal(await batch.file(again.id, 'results.csv'), expected);
});

test('a rerun of a cancelled job goes on where that ended', async () => {
  let chunks = 0;
  const first: Batch = bed.open({
    settings,
    beforeChunk: async () => {
      if (++chunks === 4) await cancelJob(first.context, await first.job(first.engine.begun[0] ?? ''));
    },
  });
  const job = await first.runJob({ options: { ...options, parallelCount: 1 }, records });
  assert.equal(job.state, 'Canceled');
  const batch = bed.open({ settings });
  const again = await rerun(batch, job);
  assert.equal(again.state, 'Complete');
  assert.equal(await batch.file(again.id, 'results.csv'), expected);
});

test('a rerun whose first job is removed meanwhile scores everything itself', async () => {
  const { job } = await brokenJob({ records });
  let planned = false;
  const batch: Batch = bed.open({
    settings,
    before: async ({ activity }) => {
      if (activity !== 'scoreLane' || planned) return;
      planned = true;
      await removeJobBlobs(batch.context, job);
    },
  });
  const again = await rerun(batch, job);
  assert.deepEqual([again.state, again.fault], ['Complete', undefined]);
  assert.equal(await batch.file(again.id, 'results.csv'), expected);
});

test('a rerun takes an input that has changed as it is now', async () => {
  const batch = bed.open({ settings });
  await batch.upload('rerun.csv', records);
  const { job } = await brokenJob({ blobs: ['rerun.csv'] });
  await batch.upload('rerun.csv', 'a,b,t\n1,1,new\n');
  const again = await rerun(batch, job);
  assert.deepEqual([again.state, again.frozen?.counts.rows], ['Complete', 1]);
  assert.equal(await batch.file(again.id, 'results.csv'), 't,sum\nnew,2\n');
});

test('a rerun of what was unpacked is done anew', async () => {
  const batch = bed.open({ settings });
  const rows = Array.from({ length: 20 }, (_, i) => ({ a: i, b: 1, t: 't' }));
  const request = {
    options: { ...options, format: 'jsonArray', outputFormat: 'csv' },
    records: JSON.stringify(rows),
  };
  const job = await batch.runJob(request);
  const again = await rerun(batch, job);
  assert.deepEqual([again.state, again.frozen], ['Complete', job.frozen]);
  assert.equal(await batch.file(again.id, 'results.csv'), await batch.file(job.id, 'results.csv'));
});

test('a job that has not ended cannot run again', async () => {
  const batch = bed.open();
  const job = { ...(await batch.runJob({ options, records })), state: 'InProgress' } as const;
  await expectRejection(rerun(batch, job), { code: 'SCORE_ERR_JOB_STATE' });
});

test('a rerun by somebody who may not read an input any more does not read it', async () => {
  const batch = bed.open({ settings });
  await batch.upload('rerun-rights.csv', records);
  const job = await batch.runJob({ options, blobs: ['rerun-rights.csv'] });
  assert.equal(job.state, 'Complete');
  const { id } = await rerunJob(batch.context, batch.engine, job, {
    ...{ jobId: randomUUID(), owner: 'anna', reads: ['anna'] },
  });
  await batch.engine.wait(id);
  assert.equal((await batch.job(id)).fault?.code, 'JOB_INPUT_MISSING');
});
