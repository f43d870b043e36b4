import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { ChunkTask } from '../../../shared/batch/lane/chunkTask.js';
import type { FromWorker } from '../../../shared/runtime/messages.js';
import type { Services } from '../../../shared/services.js';
import { assertDone, chunkTask, csvSegment, errorRows, partRows } from '../../support/chunkTasks.js';
import { expectRejection } from '../../support/expectFault.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { consume, scoreColumns } from '../../support/scoreCalls.js';
import { ended, liveThreads, openServices, startServices } from '../../support/startServices.js';

const never = new AbortController().signal;
const failAll = { failAll: { code: 'CHUNK_FAILED', message: 'it failed three times' } } as const;

async function taskFor(
  services: Services,
  name: string,
  csv: string,
  facts: Partial<ChunkTask> = {},
): Promise<ChunkTask> {
  const plan = await services.catalog.plan(name);
  return chunkTask([{ name, version: plan.version, plan }], [csvSegment(csv)], facts);
}

/** A chunk of about 5 ms per row that is never through within a test. */
const endless = (services: Services) =>
  taskFor(services, 'medium', `x\n${'1\n'.repeat(100_000)}`, { runRows: 1 });

function watch(promise: Promise<unknown>): { isSettled: boolean } {
  const watched = { isSettled: false };
  const settled = () => {
    watched.isSettled = true;
  };
  promise.then(settled, settled);
  return watched;
}

/** Resolves when a thread reports that its chunk has ended. */
function chunkEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const thread of liveThreads) {
      thread.on('message', (message: FromWorker) => {
        if ('type' in message && message.type === 'chunkEnd') resolve();
      });
    }
  });
}

test('calls are answered while a chunk runs on the only thread', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'medium', 'add'));
  const abort = new AbortController();
  const chunk = services.scorer.runChunk(await endless(services), abort.signal);
  const watched = watch(chunk);
  for (let i = 0; i < 20; i++)
    assert.deepEqual(await consume(services, 'add', { a: i, b: 1 }), { sum: i + 1 });
  assert.equal((await scoreColumns(services, 'medium', { x: 1 })).rows, 1);
  assert.ok(!watched.isSettled);
  const ending = chunkEnd();
  abort.abort(new Error('cancelled'));
  await assert.rejects(chunk, { message: 'cancelled' });
  await ending;
});

test('a chunk that is given up rejects at once and leaves its thread to the next one', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'medium', 'add'));
  const abort = new AbortController();
  const chunk = services.scorer.runChunk(await endless(services), abort.signal);
  await consume(services, 'add', { a: 1, b: 1 });
  const next = services.scorer.runChunk(await taskFor(services, 'add', 'a,b\n1,2\n'), never);
  const ending = chunkEnd();
  const nextWatched = watch(next);
  abort.abort(new Error('cancelled'));
  await assert.rejects(chunk, { message: 'cancelled' });
  // the thread is not free before it has said so
  assert.ok(!nextWatched.isSettled);
  await ending;
  assert.deepEqual(assertDone(await next).targets.map(partRows), [[{ sum: 3 }]]);
});

test('a chunk that waits leaves the queue when it is given up, and the others keep their order', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'medium', 'add'), { WARMSTART_QUEUE_LIMIT: '0' });
  const abort = new AbortController();
  const running = services.scorer.runChunk(await endless(services), abort.signal);
  const order: number[] = [];
  const leaving = new AbortController();
  const waiting = [0, 1, 2, 3].map(async (i) => {
    const task = await taskFor(services, 'add', `a,b\n${i},0\n`);
    const outcome = await services.scorer.runChunk(task, i === 1 ? leaving.signal : never);
    order.push(i);
    return assertDone(outcome).targets.flatMap(partRows);
  });
  await consume(services, 'add', { a: 1, b: 1 });
  leaving.abort(new Error('left'));
  await assert.rejects(waiting[1] as Promise<unknown>, { message: 'left' });
  assert.deepEqual(order, []);
  abort.abort(new Error('cancelled'));
  await assert.rejects(running, { message: 'cancelled' });
  const results = await Promise.allSettled(waiting);
  assert.deepEqual(order, [0, 2, 3]);
  assert.deepEqual(
    results.map((one) => (one.status === 'fulfilled' ? one.value : 'left')),
    [[{ sum: 0 }], 'left', [{ sum: 2 }], [{ sum: 3 }]],
  );
});

test('a chunk that was given up before it came rejects with the reason', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'add'));
  const task = await taskFor(services, 'add', 'a,b\n1,2\n');
  await assert.rejects(services.scorer.runChunk(task, AbortSignal.abort(new Error('too late'))), {
    message: 'too late',
  });
});

test('each thread takes one chunk, and calls go to a thread without', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'medium', 'add'), { WARMSTART_WORKERS: '2' });
  const begun: number[] = [];
  const ends: number[] = [];
  const aborts = [new AbortController(), new AbortController()] as const;
  const first = services.scorer.runChunk(await endless(services), aborts[0].signal);
  const second = services.scorer.runChunk(await endless(services), aborts[1].signal);
  const third = services.scorer.runChunk(await taskFor(services, 'add', 'a,b\n1,2\n'), never);
  for (const [i, thread] of [...liveThreads].entries()) {
    thread.on('message', (message: FromWorker) => {
      if ('type' in message) {
        if (message.type === 'chunkEnd') ends.push(i);
      } else begun.push(i);
    });
  }
  const watched = watch(third);
  for (let i = 0; i < 5; i++) await consume(services, 'add', { a: 1, b: 1 });
  assert.ok(!watched.isSettled);
  aborts[1].abort(new Error('cancelled'));
  await assert.rejects(second, { message: 'cancelled' });
  await third;
  const [free] = ends;
  begun.length = 0;
  for (let i = 0; i < 20; i++) await consume(services, 'add', { a: 1, b: 1 });
  assert.deepEqual([...new Set(begun)], [free]);
  aborts[0].abort(new Error('cancelled'));
  await assert.rejects(first, { message: 'cancelled' });
});

test('a session whose files are gone rejects the chunk and leaves the thread free', async (t) => {
  const root = fixturesDir(t, 'add', 'matrix');
  const services = await startServices(t, root);
  const broken = await taskFor(services, 'add', 'a,b\n1,2\n');
  const alive = await taskFor(services, 'matrix', 'f0,f1,f2\n1,2,3\n');
  rmSync(path.join(root, 'add'), { recursive: true });
  await expectRejection(services.scorer.runChunk(broken, never), { code: 'SCORE_ERR_MODEL_LOADING' });
  assert.equal(assertDone(await services.scorer.runChunk(alive, never)).targets[0]?.succeeded, 1);
});

test('a chunk that failed for good is read without its model', async (t) => {
  const root = fixturesDir(t, 'add');
  const services = await startServices(t, root);
  const task = await taskFor(services, 'add', 'a,b\n1,2\nx,1\n3,4\n', failAll);
  rmSync(path.join(root, 'add'), { recursive: true });
  const { targets, runMs } = assertDone(await services.scorer.runChunk(task, never));
  assert.equal(runMs, 0);
  const [target] = targets;
  assert.ok(target);
  assert.deepEqual([partRows(target), target.succeeded, target.failed], [[], 0, 3]);
  assert.deepEqual(
    errorRows(target).map(({ record, code }) => [record, code]),
    [
      [0, 'CHUNK_FAILED'],
      [1, 'ROW_VALUE'],
      [2, 'CHUNK_FAILED'],
    ],
  );
  assert.equal(errorRows(target)[0]?.message, 'it failed three times');
});

test('a model that is retired while a chunk uses it is usable until the chunk ends', async (t) => {
  const root = fixturesDir(t, 'medium', 'add');
  const services = await startServices(t, root);
  const csv = `x\n${'2\n'.repeat(60)}`;
  const running = services.scorer.runChunk(await taskFor(services, 'medium', csv, { runRows: 1 }), never);
  const waiting = services.scorer.runChunk(await taskFor(services, 'medium', 'x\n4\n'), never);
  await consume(services, 'add', { a: 1, b: 1 });
  rmSync(path.join(root, 'medium'), { recursive: true });
  await services.catalog.refresh();
  await expectRejection(scoreColumns(services, 'medium', { x: 1 }), { code: 'SCORE_ERR_MODEL_NOT_FOUND' });
  const [first, second] = await Promise.all([running, waiting]);
  assert.deepEqual(assertDone(first).targets.map(partRows), [new Array(60).fill({ y: 4 })]);
  assert.deepEqual(assertDone(second).targets.map(partRows), [[{ y: 8 }]]);
});

test('a chunk whose thread ends is refused, and the next one runs on the new thread', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'add'));
  await consume(services, 'add', { a: 1, b: 1 });
  // no model is run: a thread inside ONNX Runtime cannot be ended
  const long = await taskFor(services, 'add', `a,b\n${'1,2\n'.repeat(1_000_000)}`, failAll);
  const lost = services.scorer.runChunk(long, never);
  const next = services.scorer.runChunk(await taskFor(services, 'add', 'a,b\n1,2\n'), never);
  const [thread] = liveThreads;
  await Promise.all([expectRejection(lost, { code: 'SCORE_ERR_WORKER_LOST' }), thread?.terminate()]);
  assert.deepEqual(assertDone(await next).targets.map(partRows), [[{ sum: 3 }]]);
});

test('closing gives up the chunks, and the threads end when they have stopped', async (t) => {
  const services = openServices(fixturesDir(t, 'medium', 'add'));
  await services.start();
  const running = services.scorer.runChunk(await endless(services), never);
  const waiting = services.scorer.runChunk(await taskFor(services, 'add', 'a,b\n1,2\n'), never);
  await consume(services, 'add', { a: 1, b: 1 });
  const late = await taskFor(services, 'add', 'a,b\n1,2\n');
  const refused = [running, waiting].map((chunk) => expectRejection(chunk, { code: 'SCORE_ERR_DRAINING' }));
  const closed = services.close();
  await Promise.all(refused);
  await expectRejection(services.scorer.runChunk(late, never), { code: 'SCORE_ERR_DRAINING' });
  assert.equal(await closed, true);
  await ended();
});

test('a chunk that is closed while its session is opened rejects, and the thread ends', async (t) => {
  const services = openServices(fixturesDir(t, 'add'));
  await services.start();
  const task = await taskFor(services, 'add', 'a,b\n1,2\n');
  const opening = expectRejection(services.scorer.runChunk(task, never), { code: 'SCORE_ERR_DRAINING' });
  const closed = services.close();
  await opening;
  assert.equal(await closed, true);
  await ended();
});

test('input that was given away before is refused, and the thread stays free', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'add'));
  const task = await taskFor(services, 'add', 'a,b\n1,2\n');
  assertDone(await services.scorer.runChunk(task, never));
  await expectRejection(services.scorer.runChunk(task, never), { code: 'SCORE_ERR_INTERNAL' });
  assertDone(await services.scorer.runChunk(await taskFor(services, 'add', 'a,b\n1,2\n'), never));
});
