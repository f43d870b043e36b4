import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectRejection } from '../../support/expectFault.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { scoreColumns } from '../../support/scoreCalls.js';
import {
  ended,
  endLeftThreads,
  liveChildren,
  liveThreads,
  openServices,
} from '../../support/startServices.js';
import { TestClock } from '../../support/testClock.js';

const row = { x: 1 };

test('what is in flight and what waits is answered, what comes later is refused', async (t) => {
  const services = openServices(fixturesDir(t, 'heavy'));
  await services.start();
  await scoreColumns(services, 'heavy', row);
  const calls = [scoreColumns(services, 'heavy', row), scoreColumns(services, 'heavy', row)];
  await new Promise(setImmediate);
  const closed = services.close();
  assert.ok(!services.isReady());
  const late = await expectRejection(scoreColumns(services, 'heavy', row), { code: 'SCORE_ERR_DRAINING' });
  assert.equal(late.retryAfterS, 2);
  assert.deepEqual(
    (await Promise.all(calls)).map(({ rows }) => rows),
    [1, 1],
  );
  assert.equal(await closed, true);
  await ended();
  await expectRejection(scoreColumns(services, 'heavy', row), { code: 'SCORE_ERR_DRAINING' });
});

test('what is not answered in time is refused, and the busy thread is reported', async (t) => {
  const clock = new TestClock();
  const services = openServices(fixturesDir(t, 'heavy'), { WARMSTART_DRAIN_MS: '1000' }, { clock });
  t.after(endLeftThreads);
  await services.start();
  await scoreColumns(services, 'heavy', row);
  const running = expectRejection(scoreColumns(services, 'heavy', row), { code: 'SCORE_ERR_DRAINING' });
  const waiting = expectRejection(scoreColumns(services, 'heavy', row), { code: 'SCORE_ERR_DRAINING' });
  // the thread has been given its call
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  const closed = services.close();
  clock.move(1000);
  await Promise.all([running, waiting]);
  assert.equal(await closed, false);
  // the thread is inside its run; a second close waits for it
  assert.equal(await services.close(), true);
  await ended();
});

test('services that were never called end at once', async (t) => {
  const services = openServices(fixturesDir(t, 'add'), { WARMSTART_WORKERS: '3' });
  assert.equal(await services.close(), true);
  await ended();
  assert.equal(liveThreads.size, 0);
});

test('a session that is just being opened on a further thread is waited for', async (t) => {
  const services = openServices(fixturesDir(t, 'add'), { WARMSTART_WORKERS: '8' });
  t.after(endLeftThreads);
  await services.start();
  await scoreColumns(services, 'add', { a: 1, b: 2 });
  assert.equal(await services.close(), true, 'a thread was left behind');
});

test('closing while a model is checked leaves no process behind', async (t) => {
  const services = openServices(fixturesDir(t, 'endless-loop'), { WARMSTART_CHECK_TIMEOUT_MS: '600000' });
  await services.start();
  while (liveChildren.size === 0) await new Promise(setImmediate);
  await services.close();
  const children = [...liveChildren];
  const killed = children.map((child) => child.killed);
  for (const child of children) child.kill('SIGKILL');
  await ended();
  assert.ok(!killed.includes(false), 'the check process ran on');
});
