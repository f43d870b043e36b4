import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { TryEnded } from '../../../shared/storage/storageFault.js';
import { Tries, type Try } from '../../../shared/storage/tries.js';
import { expectRejection } from '../../support/expectFault.js';
import { TestClock } from '../../support/testClock.js';
import { LineLog } from './storeSupport.js';

const passing = (): Promise<never> => Promise.reject(new TryEnded('broken'));
const answer = (statusCode: number, name = 'RestError'): Error =>
  Object.assign(new Error('https://acc.blob.core.windows.net/?sig=x'), { name, statusCode });
/** Lets everything that can go on without the clock go on. */
const turn = (): Promise<void> => new Promise(setImmediate);

/** Keeps the delays that are asked for. */
class DelayClock extends TestClock {
  readonly delaysMs: number[] = [];

  override after(delayMs: number, callback: () => void): () => void {
    this.delaysMs.push(delayMs);
    return super.after(delayMs, callback);
  }
}

function tries(clock: TestClock, random = 0.5): Tries {
  return new Tries({ clock, random: () => random, log: new LineLog() });
}

test('pauses grow, up to their share by chance of 3 s, and the sixth try is the last', async () => {
  const clock = new DelayClock();
  let count = 0;
  const running = tries(clock).run({ name: 'read it' }, () => {
    count += 1;
    return passing();
  });
  const ended = expectRejection(running, {
    code: 'SCORE_ERR_STORAGE_UNAVAILABLE',
    message: /^storage does not answer$/,
  });
  for (let number = 1; number <= 6; number += 1) {
    await turn();
    assert.equal(count, number);
    const pauseMs = number === 6 ? 0 : (clock.delaysMs.at(-1) ?? 0);
    clock.move(Math.max(0, pauseMs - 1));
    await turn();
    assert.equal(count, number, 'the pause is waited for');
    clock.move(1);
  }
  const { retryAfterS, cause } = await ended;
  assert.equal(retryAfterS, 1);
  assert.equal((cause as Error).message, 'storage failed 6 times to read it: broken');
  assert.equal(count, 6);
  const deadline = 10_000;
  const pauses = [50, 100, 200, 400, 800].flatMap((pauseMs) => [deadline, pauseMs]);
  assert.deepEqual(clock.delaysMs, [...pauses, deadline]);
  assert.equal(clock.alarms, 0);
});

test('no pause is longer than 3 s', async () => {
  const clock = new DelayClock();
  const running = tries(clock, 0.999).run({ name: 'read it' }, passing);
  const ended = expectRejection(running, { code: 'SCORE_ERR_STORAGE_UNAVAILABLE' });
  for (let number = 1; number <= 6; number += 1) {
    await turn();
    clock.move(3_000);
  }
  await ended;
  assert.ok(clock.delaysMs.every((delayMs) => delayMs < 3_000 || delayMs === 10_000));
});

test('a try that hangs is ended by its deadline, which grows with the bytes', async () => {
  const clock = new TestClock();
  const signals: AbortSignal[] = [];
  const hanging = (one: Try): Promise<string> => {
    signals.push(one.signal);
    return one.number === 2 ? Promise.resolve('there') : new Promise(() => undefined);
  };
  const running = tries(clock, 0).run({ name: 'write it', maxBytes: 1_000_000 }, hanging);
  clock.move(13_999);
  await turn();
  assert.equal(signals[0]?.aborted, false);
  clock.move(1);
  await turn();
  assert.equal(signals[0].aborted, true);
  clock.move(0);
  assert.equal(await running, 'there');
  assert.equal(signals[1]?.aborted, false);
  assert.equal(clock.alarms, 0);
});

test('what another try can cure is repeated, and nothing else', async () => {
  for (const status of [408, 429, 500, 502, 503, 504]) {
    const clock = new TestClock();
    const running = tries(clock, 0).run({ name: 'read it' }, (one) =>
      one.number === 1 ? Promise.reject(answer(status)) : Promise.resolve('there'),
    );
    await turn();
    clock.move(0);
    assert.equal(await running, 'there');
  }
  for (const status of [400, 401, 403, 404, 409, 412, 413, 416, 501]) {
    const fault = await expectRejection(
      tries(new TestClock()).run({ name: 'read it' }, () => Promise.reject(answer(status))),
      { code: 'SCORE_ERR_STORAGE_REFUSED', message: `storage refuses the call: status ${status}` },
    );
    assert.equal((fault.cause as Error).message, `storage refused to read it: status ${status}`);
    assert.ok(!String(fault.stack).includes('sig='));
  }
  const own = new ScoringError('SCORE_ERR_STORAGE_CHANGED', 'changed');
  const changed = tries(new TestClock()).run({ name: 'read it' }, () => Promise.reject(own));
  await expectRejection(changed, { code: 'SCORE_ERR_STORAGE_CHANGED' });
  const bug = tries(new TestClock()).run({ name: 'read it' }, () => Promise.reject(new TypeError('bug')));
  await assert.rejects(bug, TypeError);
  const noIdentity = answer(400, 'AuthenticationError');
  const tokenless = tries(new TestClock()).run({ name: 'read it' }, () => Promise.reject(noIdentity));
  await expectRejection(tokenless, { code: 'SCORE_ERR_STORAGE_REFUSED', message: 'no token' });
});

test('a call ends with the reason of its signal: before, in a try and in a pause', async () => {
  const reason = new Error('the job was cancelled');
  const isReason = (error: unknown): boolean => error === reason;
  const never = (): Promise<never> => assert.fail('no try may be made');
  const before = tries(new TestClock()).run({ name: 'x', signal: AbortSignal.abort(reason) }, never);
  await assert.rejects(before, isReason);
  for (const attempt of [(): Promise<never> => new Promise<never>(() => undefined), passing]) {
    const clock = new TestClock();
    const calling = new AbortController();
    const running = tries(clock).run({ name: 'x', signal: calling.signal }, attempt);
    await turn();
    calling.abort(reason);
    await assert.rejects(running, isReason);
    assert.equal(clock.alarms, 0);
  }
});

test('a try can end its call', async () => {
  const running = tries(new TestClock()).run({ name: 'x' }, (one) => {
    one.end(new ScoringError('SCORE_ERR_STORAGE_TOO_LARGE', 'too large'));
    return new Promise<never>(() => undefined);
  });
  await expectRejection(running, { code: 'SCORE_ERR_STORAGE_TOO_LARGE' });
});
