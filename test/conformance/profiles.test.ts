import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startHost, type HostOptions, type RunningHost } from '../../local/host.js';
import { makeGate } from '../local/gate.js';
import { TestClock } from '../support/testClock.js';
import { empty, get, statusOnly, text, type Step } from './caseBuilders.js';
import { KEYS } from './keys.js';
import { send } from './rawHttp.js';
import { APP_DIR, recordAnswer, type RecordedAnswer } from './recordedAnswer.js';

// Recorded cases that need settings of their own. A gate stands in the place of the time that the function took.

const THROTTLED = {
  AzureFunctionsJobHost__extensions__http__maxOutstandingRequests: '2',
  AzureFunctionsJobHost__extensions__http__maxConcurrentRequests: '1',
};
const rejected = empty(429, { headers: { 'x-function-scaleout': '1' } });
const slow = get('/r/slow?ms=2000', text('slept'));

async function start(t: TestContext, options: Partial<HostOptions>): Promise<RunningHost> {
  const where = { appDir: APP_DIR, hostname: '127.0.0.1', port: 0 };
  const host = await startHost({ ...where, keys: KEYS, log: { log: () => undefined }, ...options });
  t.after(() => host.stop(0));
  return host;
}

async function play({ port }: RunningHost, { request }: Step): Promise<RecordedAnswer> {
  return recordAnswer(await send(port, request), port);
}

/** Four requests at once, of which one runs and one waits; settles when the others have their answers. */
async function burst(host: RunningHost): Promise<{ answers: RecordedAnswer[]; ended: Promise<unknown>[] }> {
  const answers: RecordedAnswer[] = [];
  const full = Promise.withResolvers<undefined>();
  const ended = Array.from({ length: 4 }, async () => {
    answers.push(await play(host, slow));
    if (answers.length === 2) full.resolve(undefined);
  });
  await full.promise;
  return { answers, ended };
}

test('throttle: four requests at once, one may run and one may wait', async (t) => {
  const gate = makeGate(t);
  const host = await start(t, { settings: THROTTLED });
  const { answers, ended } = await burst(host);
  gate.open();
  await Promise.all(ended);
  assert.deepEqual(answers, [rejected, rejected, slow.answer, slow.answer]);
  for (const step of [get('/r/get-only', text('get')), get('/r/nothing-here', empty(404))])
    assert.deepEqual(await play(host, step), step.answer, step.name);
});

test('throttle-admin: is admin/* throttled', async (t) => {
  const gate = makeGate(t);
  const host = await start(t, { settings: THROTTLED });
  const { ended } = await burst(host);
  const alive = empty(200, { headers: { 'cache-control': 'no-store,no-cache', pragma: 'no-cache' } });
  const durableKey = KEYS.system.durabletask_extension;
  for (const step of [
    get(`/admin/host/ping?code=${KEYS.master}`, alive),
    get(`/runtime/webhooks/durabletask/instances?code=${durableKey}&top=1`, statusOnly(429)),
    get('/r/nothing-here', rejected),
    get('/r/post-only', rejected, { name: 'wrong method' }),
    get('/', statusOnly(200), { name: 'home page' }),
  ]) {
    const { status, ...more } = await play(host, step);
    const isWhole = step.answer.headers !== undefined;
    assert.deepEqual(isWhole ? { status, ...more } : { status }, step.answer, step.name);
  }
  gate.open();
  await Promise.all(ended);
});

test('function-timeout: the function runs longer than functionTimeout', async (t) => {
  const gate = makeGate(t);
  const clock = new TestClock();
  const host = await start(t, { settings: { AzureFunctionsJobHost__functionTimeout: '00:00:03' }, clock });
  const answer = play(host, slow);
  await gate.entered;
  clock.move(4_000);
  assert.deepEqual(await answer, empty(500));
  // The recorded host has replaced its worker by then; here the function goes on (4.13/14).
  gate.open();
});
