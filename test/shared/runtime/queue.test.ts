import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFault, expectRejection } from '../../support/expectFault.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { scoreColumns } from '../../support/scoreCalls.js';
import { startServices } from '../../support/startServices.js';
import { TestClock } from '../../support/testClock.js';

const row = { x: 1 };
const oneWaiting = { WARMSTART_QUEUE_LIMIT: '1' };

test('a full queue refuses at once and says when to try again', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'heavy'), oneWaiting);
  await scoreColumns(services, 'heavy', row);
  const running = scoreColumns(services, 'heavy', row);
  const waiting = scoreColumns(services, 'heavy', row);
  const refused = await expectRejection(scoreColumns(services, 'heavy', row), {
    code: 'SCORE_ERR_QUEUE_FULL',
    message: '1 calls wait',
  });
  assert.ok(refused.retryAfterS !== undefined && refused.retryAfterS >= 1 && refused.retryAfterS <= 60);
  const [first, second] = await Promise.all([running, waiting]);
  assert.ok(second.took.queue > first.took.queue);
  // the place is free again
  await scoreColumns(services, 'heavy', row);
});

test('a queue of length 0 takes what a free thread takes', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'heavy'), { WARMSTART_QUEUE_LIMIT: '0' });
  await scoreColumns(services, 'heavy', row);
  const running = scoreColumns(services, 'heavy', row);
  await expectRejection(scoreColumns(services, 'heavy', row), { code: 'SCORE_ERR_QUEUE_FULL' });
  await running;
});

test('a call that waits too long is refused by the clock, and the running one is answered', async (t) => {
  const clock = new TestClock();
  const environment = { WARMSTART_QUEUE_TIMEOUT_MS: '1000' };
  const services = await startServices(t, fixturesDir(t, 'heavy'), environment, { clock });
  await scoreColumns(services, 'heavy', row);
  const running = scoreColumns(services, 'heavy', row);
  const waiting = scoreColumns(services, 'heavy', row).catch((error: unknown) => error);
  await new Promise(setImmediate);
  clock.move(999);
  clock.move(2);
  assertFault(await waiting, { code: 'SCORE_ERR_QUEUE_TIMEOUT', message: 'within 1000 ms' });
  assert.equal((await running).rows, 1);
});

test('calls that wait for a session to be opened count as waiting, too', async (t) => {
  const services = await startServices(t, fixturesDir(t, 'heavy', 'add'), oneWaiting);
  await scoreColumns(services, 'heavy', row);
  await services.catalog.plan('add');
  const running = scoreColumns(services, 'heavy', row);
  // it has been handed to the thread, so that the session can only be opened after it
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  const calls = Array.from({ length: 5 }, (_, i) => scoreColumns(services, 'add', { a: i, b: 1 }));
  const refused = new Promise<unknown>((resolve) => {
    for (const call of calls) call.catch(resolve);
  });
  const first = await Promise.race([refused, running.then(() => 'all of them waited, beyond the limit')]);
  assertFault(first, { code: 'SCORE_ERR_QUEUE_FULL' });
  await Promise.allSettled([...calls, running]);
});
