import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { FromWorker } from '../../../shared/runtime/messages.js';
import { modelKey } from '../../../shared/runtime/scorer.js';
import { expectRejection } from '../../support/expectFault.js';
import { fixturesDir, modelsDirWith, putModel } from '../../support/modelsDir.js';
import { consume, scoreColumns } from '../../support/scoreCalls.js';
import { ended, liveThreads, openServices, startServices } from '../../support/startServices.js';
import { temporaryDir } from '../../support/temporaryDir.js';

/** Counts the sessions that the threads report as opened. */
function countOpenings(): { count: number } {
  const openings = { count: 0 };
  for (const thread of liveThreads) {
    thread.on('message', (message: FromWorker) => {
      if ('type' in message) openings.count++;
    });
  }
  return openings;
}

test('20 first calls at once open one session', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'add'));
  const openings = countOpenings();
  const calls = Array.from({ length: 20 }, (_, i) => consume(services, 'add', { a: i, b: 1 }));
  assert.deepEqual(
    await Promise.all(calls),
    calls.map((_, i) => ({ sum: i + 1 })),
  );
  assert.equal(openings.count, 1);
});

test('of 20 first calls at once one is the cold one', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'add'));
  const calls = Array.from({ length: 20 }, (_, i) => scoreColumns(services, 'add', { a: i, b: 1 }));
  const results = await Promise.all(calls);
  assert.equal(results.filter(({ cold }) => cold).length, 1);
  assert.ok(!(await scoreColumns(services, 'add', { a: 1, b: 1 })).cold);
  const { success, warm, firstCall } = services.stats.of(modelKey('add', '1.0.0'));
  assert.equal(success.count, 21);
  assert.equal(warm?.count, 20);
  assert.ok(firstCall && firstCall.load > 0);
});

test('first calls for several models at once are all answered', async (t) => {
  const root = fixturesDir(t, 'add', 'matrix', 'image');
  const services = await startServices(t, root, { WARMSTART_QUEUE_TIMEOUT_MS: '3000' });
  for (const name of ['add', 'matrix', 'image']) await services.catalog.plan(name);
  const answers = await Promise.all([
    consume(services, 'add', { a: 1, b: 2 }),
    consume(services, 'matrix', { f0: 1, f1: 2, f2: 3 }),
    consume(services, 'image', {
      x: [
        [
          [1, 2],
          [3, 6],
        ],
      ],
    }),
    consume(services, 'add', { a: 2, b: 2 }),
  ]);
  assert.deepEqual(answers, [{ sum: 3 }, { y: [2, 4, 6] }, { mean: 3 }, { sum: 4 }]);
});

test('every thread opens the session once', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'medium'), { WARMSTART_WORKERS: '3' });
  const openings = countOpenings();
  const row = { x: 1 };
  await Promise.all(Array.from({ length: 10 }, () => scoreColumns(services, 'medium', row)));
  while (openings.count < 3) await scoreColumns(services, 'medium', row);
  await Promise.all(Array.from({ length: 10 }, () => scoreColumns(services, 'medium', row)));
  assert.equal(openings.count, 3);
});

test('a thread that ends is replaced, and the next call is answered', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'add'));
  await consume(services, 'add', { a: 1, b: 2 });
  const [thread] = liveThreads;
  await thread?.terminate();
  const { cold, rows } = await scoreColumns(services, 'add', { a: 1, b: 2 });
  assert.deepEqual([cold, rows], [true, 1]);
});

test('a call before the start waits for the models', async (t) => {
  const root = fixturesDir(t, 'add');
  const services = openServices(root);
  assert.ok(!services.isReady());
  const early = consume(services, 'add', { a: 1, b: 2 });
  await services.start();
  assert.ok(services.isReady());
  assert.deepEqual(await early, { sum: 3 });
  assert.ok(await services.close());
  await ended();
});

test('a version that is replaced answers as the new files say', async (t) => {
  const root = modelsDirWith(t, { 'm/1': { fixture: 'matrix' } });
  const services = await startServices(t, root);
  assert.deepEqual(await consume(services, 'm', { f0: 1, f1: 2, f2: 3 }), { y: [2, 4, 6] });
  putModel(root, 'm/1', { fixture: 'add' });
  await services.catalog.refresh();
  await services.catalog.settled();
  assert.deepEqual(await consume(services, 'm', { a: 1, b: 2 }), { sum: 3 });
});

test('files that changed since they were read are not opened', async (t) => {
  const root = modelsDirWith(t, { 'm/1': { fixture: 'matrix' } });
  const services = await startServices(t, root);
  await services.catalog.plan('m');
  putModel(root, 'm/1', { fixture: 'add' });
  await expectRejection(consume(services, 'm', { f0: 1, f1: 2, f2: 3 }), {
    code: 'SCORE_ERR_MODEL_LOADING',
    message: 'changed while it was loaded',
  });
  await services.catalog.refresh();
  await services.catalog.settled();
  assert.deepEqual(await consume(services, 'm', { a: 1, b: 2 }), { sum: 3 });
});

test('services become ready when a models folder that could not be read can be read', async (t) => {
  const root = path.join(temporaryDir(t), 'models');
  writeFileSync(root, 'no folder');
  const services = openServices(root);
  t.after(async () => {
    await services.close();
    await ended();
  });
  await assert.rejects(services.start());
  assert.ok(!services.isReady());
  rmSync(root);
  putModel(root, 'add/1', { fixture: 'add' });
  assert.deepEqual(await consume(services, 'add', { a: 1, b: 2 }), { sum: 3 });
  assert.ok(services.isReady());
});
