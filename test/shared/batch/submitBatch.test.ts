import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jobIdFor } from '../../../shared/batch/submit/jobIds.js';
import { submitBatch } from '../../../shared/batch/submitBatch.js';
import { requestOf, startBatch, type Batch, type BatchBed, type JobRequest } from '../../support/batch.js';
import { expectRejection } from '../../support/expectFault.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add', 'matrix') });
});

const records = 'a,b,f0,f1,f2\n1,2,3,4,5\n6,7,8,9,10\n';
const options = { service: 'add', format: 'csv' };
const fifty = Array.from({ length: 50 }, (_, i) => i);
const open = (): Batch => bed.open({ settings: { chunkBytes: 10 } });

let keys = 0;
/** A request under a key that no other test uses. */
function keyed(
  change: Partial<JobRequest> = {},
  key = `key ${++keys}`,
): JobRequest & { readonly jobId: string } {
  const { owner = 'anna' } = change;
  const jobId = jobIdFor(owner, key, () => assert.fail('a key needs no new id'));
  return { options, records, owner, ...change, jobId };
}

test('fifty submits at once and fifty after the end under one key make one run', async () => {
  const { submit, engine, scored, job } = open();
  const request = keyed();
  const atOnce = await Promise.all(fifty.map(() => submit(request)));
  await engine.wait(request.jobId);
  const after = await Promise.all(fifty.map(() => submit(request)));
  await engine.wait(request.jobId);
  assert.deepEqual(new Set([...atOnce, ...after].map(({ id }) => id)), new Set([request.jobId]));
  const { state, history, stages } = await job(request.jobId);
  assert.equal(state, 'Complete');
  assert.deepEqual(
    history.map((one) => one.state),
    ['Pending', 'InProgress', 'Complete'],
  );
  assert.ok(stages.finished !== undefined);
  assert.ok(after.every((one) => one.state === 'Complete'));
  // a start behind the end of the run would plan and be over
  const finished = engine.calls.filter(({ activity }) => activity === 'finishBatch');
  assert.equal(finished.length, 1);
  assert.equal(scored.length, 3);
});

test('a repeat after the end starts nothing', async () => {
  const { submit, engine } = open();
  const request = keyed();
  await submit(request);
  await engine.wait(request.jobId);
  await Promise.all(fifty.map(() => submit(request)));
  assert.deepEqual(engine.begun, [request.jobId]);
});

test('the same key with other records, options, model or rerun is a conflict', async () => {
  const { submit, engine } = open();
  const request = keyed();
  const conflict = { code: 'SCORE_ERR_JOB_CONFLICT' } as const;
  const others: Partial<JobRequest>[] = [
    { records: `${records}1,1,1,1,1\n` },
    { options: { ...options, parallelCount: 3 } },
    { options: { ...options, service: 'matrix' } },
    { rerunOf: 'another' },
  ];
  await submit(request);
  for (const other of others) await expectRejection(submit({ ...request, ...other }), conflict);
  await engine.wait(request.jobId);
  for (const other of others) await expectRejection(submit({ ...request, ...other }), conflict);
  assert.equal((await submit(request)).state, 'Complete');
  assert.deepEqual(engine.begun, [request.jobId]);
});

test('different requests at once under one key: one is taken, the others are told', async () => {
  const { submit, engine, job } = open();
  const request = keyed();
  const outcomes = await Promise.allSettled(
    fifty.map((i) => submit({ ...request, options: { ...options, parallelCount: (i % 5) + 1 } })),
  );
  await engine.wait(request.jobId);
  const taken = outcomes.filter(({ status }) => status === 'fulfilled');
  assert.equal(taken.length, 10);
  const { spec, state } = await job(request.jobId);
  assert.equal(state, 'Complete');
  const counts = taken.map(
    (one) => (one as PromiseFulfilledResult<{ spec: typeof spec }>).value.spec.parallelCount,
  );
  assert.deepEqual(new Set(counts), new Set([spec.parallelCount]));
});

test('the same key of another owner is another job', async () => {
  const { submit, engine } = open();
  const [anna, ben] = [keyed({ owner: 'anna' }, 'shared'), keyed({ owner: 'ben' }, 'shared')];
  assert.notEqual(anna.jobId, ben.jobId);
  assert.equal((await submit(anna)).owner, 'anna');
  assert.equal((await submit(ben)).owner, 'ben');
  await Promise.all([engine.wait(anna.jobId), engine.wait(ben.jobId)]);
  // nor can an id be taken that was guessed
  await expectRejection(submit({ ...ben, jobId: anna.jobId }), { code: 'SCORE_ERR_JOB_CONFLICT' });
});

test('a process that ends between the record and the start: the same submit starts the run', async () => {
  const { context, submit, engine, job } = open();
  const request = keyed();
  const dying = {
    start: () => Promise.reject(new Error('the process ends')),
    stateOf: () => engine.stateOf('none'),
  };
  await assert.rejects(submitBatch(context, dying, requestOf(request)), /the process ends/);
  assert.equal((await job(request.jobId)).state, 'Pending');
  await Promise.all(fifty.map(() => submit(request)));
  await engine.wait(request.jobId);
  assert.equal((await job(request.jobId)).state, 'Complete');
  assert.equal(engine.calls.filter(({ activity }) => activity === 'finishBatch').length, 1);
});

test('a model that is not there is told at once, and no job is made', async () => {
  const { submit, store } = open();
  const request = keyed({ options: { service: 'nothing', format: 'csv' } });
  await expectRejection(submit(request), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  const page = await store.list('batches', `jobs/${request.jobId}/`);
  assert.deepEqual(page.blobs, []);
});
