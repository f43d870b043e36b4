import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { JobEngine } from '../../../../shared/batch/engine.js';
import type { JobRecord } from '../../../../shared/batch/job.js';
import { writeIndex } from '../../../../shared/batch/jobIndex.js';
import { deleteJob } from '../../../../shared/batch/removeJob.js';
import { itemFileNames } from '../../../../shared/batch/service/itemFileNames.js';
import { itemRequest, itemsOf } from '../../../../shared/batch/service/itemInput.js';
import { listServiceBatches } from '../../../../shared/batch/service/listServiceBatches.js';
import { calledBatch } from '../../../../shared/batch/service/serviceJob.js';
import { serviceBatchView } from '../../../../shared/batch/service/serviceBatchView.js';
import { startServiceBatch } from '../../../../shared/batch/service/startServiceBatch.js';
import { jobIdFor } from '../../../../shared/batch/submit/jobIds.js';
import { ScoringError } from '../../../../shared/errors/scoringError.js';
import type { BlobStore } from '../../../../shared/storage/blobStore.js';
import { startBatch, type Batch, type BatchBed, type BatchOptions } from '../../../support/batch.js';
import { jsonBytes, parseBytes, utf8 } from '../../../support/bytes.js';
import { expectRejection } from '../../../support/expectFault.js';
import { modelsDirWith } from '../../../support/modelsDir.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  const modelsDir = modelsDirWith(file, {
    'add/1.0.0': { fixture: 'add' },
    'add/2.0.0': { fixture: 'add' },
    'ids/1.0.0': { fixture: 'int64-identity' },
  });
  bed = await startBatch(file, { modelsDir });
});

interface Answer {
  readonly state: string;
  readonly completedItemCount: number;
  readonly batchExecutionResults: readonly {
    readonly success: boolean;
    readonly errorMessage: string;
    readonly outputParameters: Record<string, unknown>;
  }[];
}

interface Start {
  readonly model?: string;
  readonly version?: string;
  readonly owner?: string;
  readonly jobId?: string;
  readonly parallelCount?: number;
}

async function start({ context, engine }: Batch, items: unknown, options: Start = {}): Promise<JobRecord> {
  const {
    model = 'add',
    version = '1.0.0',
    owner = 'anna',
    jobId = context.newId(),
    parallelCount = 2,
  } = options;
  const plan = await context.catalog.plan(model, version);
  const body = typeof items === 'string' ? utf8(items) : jsonBytes(items);
  return startServiceBatch(context, engine, { owner, jobId, plan, body, parallelCount });
}

async function view({ context, engine, job }: Batch, id: string, partial = true): Promise<Answer> {
  return parseBytes(await serviceBatchView(context, engine, await job(id), partial)) as Answer;
}

async function run(
  batch: Batch,
  items: unknown,
  options: Start = {},
): Promise<Answer & { readonly id: string }> {
  const { id } = await start(batch, items, options);
  await batch.engine.wait(id);
  return { ...(await view(batch, id)), id };
}

const pairs = (count: number) => Array.from({ length: count }, (_, i) => ({ a: i, b: 0.5 }));
const sums = (answer: Answer) =>
  answer.batchExecutionResults.map(({ outputParameters }) => outputParameters.sum);

/** A batch path that holds before its fifth chunk, until `goOn`. */
function holding(options: BatchOptions = {}) {
  let chunks = 0;
  let goOn = (): void => undefined;
  let reached = (): void => undefined;
  const going = new Promise<void>((resolve) => (goOn = resolve));
  const held = new Promise<void>((resolve) => (reached = resolve));
  const batch = bed.open({
    ...options,
    beforeChunk: () => {
      if (++chunks < 5) return;
      reached();
      return going;
    },
  });
  return { batch, held, goOn };
}

test('while a batch runs the items that are settled are shown in order, the others as placeholders', async () => {
  const { batch, held, goOn } = holding();
  const { id } = await start(batch, pairs(64), { parallelCount: 1 });
  const pending = await view(batch, id);
  assert.ok(['Pending', 'InProgress'].includes(pending.state));
  await held;
  const partial = await view(batch, id);
  assert.equal(partial.state, 'InProgress');
  assert.ok(partial.completedItemCount > 0 && partial.completedItemCount < 64);
  assert.equal(partial.batchExecutionResults.length, 64);
  const done = partial.completedItemCount;
  for (const [i, { success, outputParameters, errorMessage }] of partial.batchExecutionResults.entries()) {
    assert.deepEqual([success, errorMessage], [i < done, '']);
    assert.deepEqual(outputParameters, i < done ? { sum: i + 0.5 } : {});
  }
  const without = await view(batch, id, false);
  assert.deepEqual(without, { ...partial, batchExecutionResults: [] });
  goOn();
  await batch.engine.wait(id);
  const whole = await view(batch, id, false);
  assert.equal(whole.state, 'Complete');
  assert.deepEqual(
    sums(whole),
    pairs(64).map(({ a }) => a + 0.5),
  );
});

test('a frame that is scored half is not done, and those that are refused wait for their turn', async () => {
  const { batch, held, goOn } = holding();
  const frame = { inputData: { a: pairs(200).map(({ a }) => a), b: pairs(200).map(({ b }) => b) } };
  const { id } = await start(batch, [{ a: 1 }, frame, { a: 1 }, { a: 1, b: 1 }], { parallelCount: 1 });
  await held;
  const { completedItemCount, batchExecutionResults: results } = await view(batch, id);
  assert.equal(completedItemCount, 1);
  assert.deepEqual(
    results.map(({ errorMessage }) => errorMessage),
    ["column 'b' is missing", '', '', ''],
  );
  goOn();
  await batch.engine.wait(id);
  const answer = await view(batch, id);
  assert.deepEqual(
    answer.batchExecutionResults.map(({ success }) => success),
    [false, true, false, true],
  );
  const { sum } = answer.batchExecutionResults[1]?.outputParameters.outputData as { sum: number[] };
  assert.deepEqual(
    sum,
    pairs(200).map(({ a }) => a + 0.5),
  );
});

test('every lane that is asked for has work, for few records too', async () => {
  const batch = bed.open();
  await run(batch, pairs(40), { parallelCount: 10 });
  const lanes = batch.engine.calls.filter(({ activity }) => activity === 'scoreLane');
  assert.equal(lanes.length, 10);
  assert.ok(batch.scored.length >= 20 && batch.scored.length <= 40, `${batch.scored.length} chunks`);
});

test('activities that run twice give each item one answer', async () => {
  const batch = bed.open({ twice: true });
  const answer = await run(batch, pairs(30));
  assert.deepEqual(
    sums(answer),
    pairs(30).map(({ a }) => a + 0.5),
  );
});

test('records whose scoring thread is lost again and again are failed items of a batch that is Complete', async () => {
  let lost: string | undefined;
  const batch = bed.open({
    beforeChunk: ({ segments: [segment], failAll }) => {
      const from = segment?.kind === 'text' ? String(segment.from) : '';
      lost ??= from;
      if (!failAll && from === lost) throw new ScoringError('SCORE_ERR_WORKER_LOST', 'the thread has ended');
    },
  });
  const { state, batchExecutionResults: results } = await run(batch, pairs(40));
  assert.equal(state, 'Complete');
  const failed = results.filter(({ success }) => !success);
  assert.ok(failed.length > 0 && failed.length < 40);
  for (const { errorMessage } of failed) assert.match(errorMessage, /CHUNK_FAILED/);
});

test('a batch that cannot be scored at all is Failed, and says why', async () => {
  const batch = bed.open({
    before: ({ activity }) => {
      if (activity === 'planBatch') throw new Error('lost');
    },
  });
  const { state, completedItemCount, batchExecutionResults: results } = await run(batch, pairs(3));
  assert.deepEqual([state, completedItemCount, results.length], ['Failed', 0, 3]);
  for (const { success, errorMessage } of results) {
    assert.equal(success, false);
    assert.match(errorMessage, /JOB_NO_PROGRESS/);
  }
});

test('whoever looks at a batch that stands still has it started once more, and then given up', async () => {
  const batch = bed.open();
  let starts = 0;
  const engine: JobEngine = {
    start: () => {
      starts++;
      return Promise.resolve();
    },
    stateOf: () => Promise.resolve('unknown'),
  };
  const still = { ...batch, engine } as unknown as Batch;
  const { id } = await start(still, pairs(1));
  const states: string[] = [];
  for (let looks = 0; looks < 3; looks++) {
    states.push((await view(still, id)).state);
    batch.clock.move(200_000);
  }
  assert.deepEqual(states, ['Pending', 'Pending', 'Failed']);
  assert.equal(starts, 2);
});

test('a batch is seen by its owner and by who sees all, under its own service alone', async () => {
  const batch = bed.open();
  const { id } = await run(batch, pairs(1));
  const other = await batch.runJob({ options: { service: 'add', format: 'csv' }, records: 'a,b\n1,2\n' });
  const caller = { name: 'anna', role: 'Reader' } as const;
  const look = (owners: readonly string[] | 'all', params: Record<string, string>) =>
    calledBatch({ batch: batch.context, caller, owners }, { name: 'add', version: '1.0.0', id, ...params });
  assert.equal((await look(['anna'], {})).id, id);
  assert.equal((await look('all', {})).id, id);
  const notFound = { code: 'SCORE_ERR_JOB_NOT_FOUND' } as const;
  await expectRejection(look(['berta'], {}), notFound);
  await expectRejection(look('all', { version: '2.0.0' }), notFound);
  await expectRejection(look('all', { name: 'ids' }), notFound);
  await expectRejection(look('all', { id: other.id }), notFound);
  await expectRejection(look('all', { name: 'nothing' }), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  await expectRejection(look('all', { version: '9' }), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
  const bound = { ...caller, services: ['ids'] };
  await expectRejection(
    calledBatch(
      { batch: batch.context, caller: bound, owners: ['anna'] },
      { name: 'add', version: '1.0.0', id },
    ),
    { code: 'SCORE_ERR_ACCESS_FORBIDDEN' },
  );
});

test('a batch is found when its version is gone, and under an alias that stands for another one', async () => {
  const batch = bed.open();
  const { id } = await run(batch, pairs(2));
  const caller = { name: 'anna', role: 'Reader' } as const;
  const catalog = {
    lookUp: (name: string, version: string) =>
      version === 'live'
        ? Promise.resolve({ name, version: '2.0.0' })
        : Promise.reject(new ScoringError('SCORE_ERR_VERSION_NOT_FOUND', `there is no ${version}`)),
    plan: (name: string, version: string) => catalog.lookUp(name, version),
  };
  const context = { ...batch.context, catalog } as unknown as Batch['context'];
  const look = (name: string, version: string) =>
    calledBatch({ batch: context, caller, owners: ['anna'] }, { name, version, id });
  assert.equal((await look('add', 'live')).id, id);
  await expectRejection(look('ids', 'live'), { code: 'SCORE_ERR_JOB_NOT_FOUND' });
  await expectRejection(look('add', '3.0.0'), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
  const job = await look('add', '1.0.0');
  const answer = parseBytes(await serviceBatchView(context, batch.engine, job, true)) as Answer;
  assert.deepEqual(sums(answer), [0.5, 1.5]);
  await expectRejection(itemFileNames(context, job, 0), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
  await deleteJob(context, batch.engine, job);
  await expectRejection(look('add', '1.0.0'), { code: 'SCORE_ERR_VERSION_NOT_FOUND' });
});

test('polls at the same time share one answer', async () => {
  const batch = bed.open();
  const { id } = await run(batch, pairs(20));
  const job = await batch.job(id);
  const poll = () => serviceBatchView(batch.context, batch.engine, job, true);
  const [first, ...others] = await Promise.all(Array.from({ length: 10 }, poll));
  assert.ok(others.every((answer) => answer === first));
  assert.equal(sums(parseBytes(first as Uint8Array) as Answer).length, 20);
});

test('lists have the batches of an owner, those under way first, beyond many other jobs', async () => {
  const batch = bed.open();
  const { store } = batch.context;
  const service = { name: 'listed', version: '1' };
  const newest = Date.now();
  const entry = (index: number, change: Partial<JobRecord>): JobRecord => ({
    ...({ spec: {}, stages: {}, history: [], restarts: 0, requestSha256: '' } as unknown as JobRecord),
    id: `job-${index}`,
    owner: 'anna',
    origin: 'http',
    state: 'Complete',
    createdMs: newest - index,
    models: [{ ...service, sha256: '' }],
    ...change,
  });
  const entries = Array.from({ length: 210 }, (_, i) => entry(i, {}));
  const batches = [
    entry(300, { origin: 'service' }),
    entry(301, { origin: 'service', owner: 'berta' }),
    entry(302, { origin: 'service', state: 'InProgress' }),
    entry(303, { origin: 'service', state: 'Failed' }),
    entry(304, { origin: 'service', deletedMs: 1 }),
    entry(305, { origin: 'service', state: 'Pending' }),
  ];
  for (let i = 0; i < entries.length; i += 30) {
    await Promise.all(entries.slice(i, i + 30).map((job) => writeIndex(store, job)));
  }
  for (const job of batches) await writeIndex(store, job);
  const ids = (...numbers: number[]) => numbers.map((number) => `job-${number}`);
  assert.deepEqual(await listServiceBatches(batch.context, service, ['anna']), ids(302, 305, 300, 303));
  assert.deepEqual(await listServiceBatches(batch.context, service, 'all'), ids(302, 305, 300, 301, 303));
  assert.deepEqual(await listServiceBatches(batch.context, { ...service, version: '2' }, 'all'), []);
});

test('a batch under way is listed behind very many jobs that ended or are not the own ones', async () => {
  const names = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => String(i + from).padStart(13, '0'));
  const entry = (stamp: string, owner: string, state: string) => ({
    ...{ name: `index/add/1/${stamp}-j${stamp}`, etag: '', sizeBytes: 0, modifiedMs: 0 },
    metadata: { state, owner, origin: 'service', services: 'add/1' },
  });
  const blobs = [
    ...names(700).map((stamp) => entry(stamp, 'anna', 'Complete')),
    ...names(12_000, 700).map((stamp) => entry(stamp, 'berta', 'InProgress')),
    entry('0000000090000', 'anna', 'InProgress'),
    entry('0000000090001', 'anna', 'Pending'),
  ];
  const list = (
    _container: string,
    _prefix: string,
    { next = '0', pageSize = 0 }: { readonly next?: string; readonly pageSize?: number } = {},
  ) => {
    const end = Number(next) + pageSize;
    return Promise.resolve({
      blobs: blobs.slice(Number(next), end),
      ...(end < blobs.length ? { next: String(end) } : {}),
    });
  };
  const store = { list } as unknown as BlobStore;
  const ids = await listServiceBatches({ store }, { name: 'add', version: '1' }, ['anna']);
  assert.deepEqual(ids.slice(0, 3), ['j0000000090000', 'j0000000090001', 'j0000000000000']);
  assert.equal(ids.length, 500);
});

test('of two requests under one key at the same time one is the batch, with its own items', async () => {
  const batch = bed.open();
  const jobId = jobIdFor('anna', 'two at once', () => assert.fail());
  const values = [
    { a: 1, b: 2 },
    { a: 3, b: 4 },
  ];
  const frame = [{ inputData: { a: [1, 3], b: [2, 4] } }];
  const outcomes = await Promise.allSettled([
    start(batch, values, { jobId }),
    start(batch, frame, { jobId }),
  ]);
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  await batch.engine.wait(jobId);
  const { batchExecutionResults: results } = await view(batch, jobId);
  const isValues = outcomes[0].status === 'fulfilled';
  assert.deepEqual(
    results.map(({ outputParameters }) => outputParameters),
    isValues ? [{ sum: 3 }, { sum: 7 }] : [{ outputData: { sum: [3, 7] } }],
  );
});

test('the request of each item can be made again, in its form and with its digits', async () => {
  const batch = bed.open();
  const items =
    '[{"x":9007199254740993}, {"inputData":{"x":[1, -9007199254740993,3]}}, {"y":1}, {"inputData":{"x":[]}}]';
  const { id } = await run(batch, items, { model: 'ids' });
  const job = await batch.job(id);
  const request = async (index: number) =>
    Buffer.from(await itemRequest(batch.context, job, index)).toString();
  assert.equal(await request(0), '{"x":9007199254740993}');
  assert.equal(await request(1), '{"inputData":{"x":[1,-9007199254740993,3]}}');
  assert.equal(await request(3), '{"inputData":{"x":[]}}');
  await expectRejection(request(2), { code: 'SCORE_ERR_INPUT_UNKNOWN', message: "'y'" });
  await expectRejection(request(4), { code: 'SCORE_ERR_ITEM_NOT_FOUND', message: 'has 4' });
  const small = { ...batch.context, settings: { ...batch.context.settings, maxBodyBytes: 20 } };
  await expectRejection(itemRequest(small, job, 1), { code: 'SCORE_ERR_BATCH_TOO_LARGE' });
  const other = await batch.runJob({ options: { service: 'add', format: 'csv' }, records: 'a,b\n1,2\n' });
  await expectRejection(itemsOf(batch.context, other), { code: 'SCORE_ERR_JOB_ITEMS' });
});

test('a batch that is deleted leaves nothing', async () => {
  const batch = bed.open();
  const { id } = await run(batch, pairs(5));
  assert.ok((await batch.blobs(id)).some((name) => name.startsWith('items-')));
  await deleteJob(batch.context, batch.engine, await batch.job(id));
  assert.deepEqual(await batch.blobs(id), []);
  assert.deepEqual(
    await listServiceBatches(batch.context, { name: 'add', version: '1.0.0' }, ['nobody']),
    [],
  );
});

test('a model without artifacts has no files for any item', async () => {
  const batch = bed.open();
  const { id } = await run(batch, pairs(2));
  assert.deepEqual(await itemFileNames(batch.context, await batch.job(id), 1), []);
});
