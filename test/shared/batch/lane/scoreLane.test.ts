import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ChunkSet } from '../../../../shared/batch/chunkSet.js';
import type { JobRecord } from '../../../../shared/batch/job.js';
import { JobPaths } from '../../../../shared/batch/jobPaths.js';
import type { LaneInput } from '../../../../shared/batch/lane/laneTypes.js';
import { scoreLane } from '../../../../shared/batch/lane/scoreLane.js';
import { listParts } from '../../../../shared/batch/parts/listParts.js';
import { planBatch } from '../../../../shared/batch/plan/planBatch.js';
import { submitBatch } from '../../../../shared/batch/submitBatch.js';
import { requestOf, startBatch, type Batch, type BatchBed } from '../../../support/batch.js';
import { fixturesDir } from '../../../support/modelsDir.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

const settings = { chunkBytes: 40 };
const records = `a,b\n${Array.from({ length: 80 }, (_, i) => `${i === 9 ? 'x' : i},1\n`).join('')}`;
const options = { service: 'add', format: 'csv', parallelCount: 3 };
const idle = { start: () => Promise.resolve(), stateOf: () => Promise.resolve('running' as const) };

/** A job with a plan whose run the test does itself. */
async function planned({ context }: Batch): Promise<{ readonly job: JobRecord; readonly chunks: number }> {
  const job = await submitBatch(context, idle, requestOf({ options, records }));
  const { chunks = 0 } = await planBatch(context, { jobId: job.id });
  return { job, chunks };
}

function laneOf({ id }: JobRecord, chunks: number, facts: Partial<LaneInput> = {}): LaneInput {
  const todo = ChunkSet.upTo(chunks).toText();
  return { jobId: id, phase: 'score', wave: 0, lane: 0, lanes: 1, width: 1, todo, careful: false, ...facts };
}

/** The bytes of all parts and error rows, by name. */
async function written({ store, blobs }: Batch, { id }: JobRecord): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const { folder } = new JobPaths(id);
  for (const name of await blobs(id)) {
    if (!/^(parts|errors)\//.test(name)) continue;
    const blob = await store.read({ container: 'batches', name: folder + name });
    found[name] = new TextDecoder().decode(blob?.bytes);
  }
  return found;
}

const partsThere = async ({ store }: Batch, { id }: JobRecord) =>
  new Set((await listParts(store, id)).map(({ chunk }) => chunk));

test('a lane that runs twice at the same time names only parts that exist, and writes the same bytes', async () => {
  const batch = bed.open({ settings });
  const alone = await planned(batch);
  await scoreLane(batch.context, laneOf(alone.job, alone.chunks));
  const twice = await planned(batch);
  const input = laneOf(twice.job, twice.chunks, { width: 2 });
  const answers = await Promise.all(
    [input, input, input].map(async (one) => {
      const answer = await scoreLane(batch.context, one);
      const there = await partsThere(batch, twice.job);
      const done = ChunkSet.fromText(answer.done).list();
      assert.ok(done.every((chunk) => there.has(chunk)));
      return done;
    }),
  );
  assert.ok(answers.every((done) => done.length === twice.chunks));
  assert.deepEqual(await written(batch, twice.job), await written(batch, alone.job));
});

test('each lane does its share, one chunk at least, and no more than its time allows', async () => {
  const batch = bed.open({ settings: { ...settings, laneBudgetMs: -1 } });
  const { job, chunks } = await planned(batch);
  for (const lane of [0, 1, 2]) {
    const answer = await scoreLane(batch.context, laneOf(job, chunks, { lane, lanes: 3 }));
    assert.deepEqual(ChunkSet.fromText(answer.done).list(), [lane]);
  }
  assert.equal(batch.scored.length, 3);
});

test('a lane that comes back after a crash takes what it has left as done', async () => {
  const batch = bed.open({ settings });
  const { job, chunks } = await planned(batch);
  const input = laneOf(job, chunks);
  const first = [0, 1, 4];
  await scoreLane(batch.context, laneOf(job, chunks, { wave: 7, todo: ChunkSet.of(first).toText() }));
  await batch.store.put(new JobPaths(job.id).lane('score', 0, 0), new Uint8Array());
  batch.scored.length = 0;
  const { done } = await scoreLane(batch.context, input);
  assert.deepEqual(ChunkSet.fromText(done).list(), ChunkSet.upTo(chunks).list());
  assert.equal(batch.scored.length, chunks - first.length);
});

test('a chunk that ends the process is given up after six tries, and no sooner', async () => {
  const batch = bed.open({ settings });
  const { job, chunks } = await planned(batch);
  const paths = new JobPaths(job.id);
  const tried = async (chunk: number, times: number) => {
    for (let at = 0; at < times; at++) await batch.store.put(paths.attempt(chunk, at), new Uint8Array());
  };
  await tried(2, 5);
  await tried(3, 6);
  await scoreLane(batch.context, laneOf(job, chunks, { careful: true }));
  const parts = await listParts(batch.store, job.id);
  assert.deepEqual(
    parts.filter(({ chunkFailed }) => chunkFailed).map(({ chunk }) => chunk),
    [3],
  );
  assert.equal(parts.length, chunks);
});

test('a process that dies within a lane, again and again at the same chunk, does not keep the job from its end', async () => {
  let deaths = 0;
  const dies = bed.open({
    settings,
    beforeChunk: ({ segments: [segment], failAll }) => {
      if (failAll || segment?.kind !== 'text' || segment.from !== 84) return;
      deaths++;
      throw new Error('the process dies here');
    },
  });
  const job = await dies.runJob({ options: { ...options, maxFailedChunks: 1 }, records });
  assert.deepEqual([job.state, job.fault], ['Complete', undefined]);
  const chunks = (await listParts(dies.store, job.id)).filter(({ chunkFailed }) => chunkFailed);
  assert.deepEqual([chunks.length, deaths], [1, 7]);
});

test('lanes that are lost now and then change nothing in the result', async () => {
  const quiet = bed.open({ settings });
  const undisturbed = await quiet.runJob({ options, records });
  assert.equal(undisturbed.state, 'Complete');
  const lost = new Map<string, number>();
  const batch = bed.open({
    settings: { ...settings, laneBudgetMs: -1 },
    before: ({ activity, count }) => {
      const times = lost.get(activity) ?? 0;
      if (count % 3 !== 0 || times >= 4) return;
      lost.set(activity, times + 1);
      throw new Error(`${activity} is lost`);
    },
  });
  const job = await batch.runJob({ options, records });
  assert.ok(lost.has('scoreLane'));
  assert.deepEqual([job.state, job.frozen], ['Complete', undisturbed.frozen]);
  for (const name of ['results.csv', 'results.errors.jsonl']) {
    assert.equal(await batch.file(job.id, name), await quiet.file(undisturbed.id, name));
  }
});

test('a job whose activities all run twice has the same result', async () => {
  const quiet = bed.open({ settings });
  const undisturbed = await quiet.runJob({ options, records });
  const batch = bed.open({ settings: { ...settings, laneBudgetMs: -1 }, twice: true });
  const job = await batch.runJob({ options, records });
  assert.deepEqual([job.state, job.frozen], ['Complete', undisturbed.frozen]);
  for (const name of ['results.csv', 'results.errors.jsonl']) {
    assert.equal(await batch.file(job.id, name), await quiet.file(undisturbed.id, name));
  }
});

test('a job whose lanes never come back is Failed by name', async () => {
  const batch = bed.open({
    settings,
    before: ({ activity }) => {
      if (activity === 'scoreLane') throw new Error('lost');
    },
  });
  const job = await batch.runJob({ options, records });
  assert.deepEqual([job.state, job.fault?.code], ['Failed', 'JOB_NO_PROGRESS']);
});
