import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { InvocationContext, Timer, TimerFunctionOptions } from '@azure/functions';
import { TimerTriggers } from '../../../local/timers/timerTriggers.js';
import { TestClock } from '../../support/testClock.js';
import { triggeredApp, WaitingLog } from '../triggeredApp.js';

const DAY_MS = 86_400_000;

/** A clock on which the next alarm can be waited for. */
class AlarmClock extends TestClock {
  #set = Promise.withResolvers<undefined>();

  override after(delayMs: number, callback: () => void): () => void {
    const callOff = super.after(delayMs, callback);
    this.#set.resolve(undefined);
    return callOff;
  }

  async alarm(): Promise<void> {
    while (this.alarms === 0) {
      this.#set = Promise.withResolvers();
      await this.#set.promise;
    }
  }
}

interface TimerCall {
  readonly atMs: number;
  readonly timer: Timer;
  readonly triggerMetadata: unknown;
  end(): void;
}

/** One timer function whose calls last until the test ends them; the clock begins at 22:13:20. */
async function startTimer(
  t: TestContext,
  options: Omit<TimerFunctionOptions, 'handler'>,
  functionTimeoutMs?: number,
) {
  const clock = new AlarmClock();
  const log = new WaitingLog();
  const calls: TimerCall[] = [];
  let waiting = Promise.withResolvers<undefined>();
  const handler = async (timer: Timer, { triggerMetadata }: InvocationContext): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const end = (): void => {
      resolve(undefined);
    };
    calls.push({ atMs: clock.wallMs(), timer, triggerMetadata, end });
    waiting.resolve(undefined);
    await promise;
  };
  const made = await triggeredApp(t, log, (app) => {
    app.timer('tick', { ...options, handler });
  });
  const triggers = new TimerTriggers({ ...made, clock, log, functionTimeoutMs });
  const startedMs = clock.wallMs();
  await triggers.start();
  t.after(() => triggers.stop(0));
  const next = async (): Promise<TimerCall> => {
    await waiting.promise;
    waiting = Promise.withResolvers();
    return calls.at(-1) as TimerCall;
  };
  /** Ends a call and waits until the function waits for its next time. */
  const end = async (call: TimerCall): Promise<void> => {
    call.end();
    await clock.alarm();
  };
  return { triggers, clock, log, calls, next, end, startedMs };
}

const stamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');

test('the function is called at its times with the input of the real host', async (t) => {
  const { clock, next, end, startedMs } = await startTimer(t, { schedule: '0 */5 * * * *' });
  clock.move(100_000);
  const first = await next();
  assert.equal(new Date(first.atMs).toISOString(), '2023-11-14T22:15:00.000Z');
  assert.equal(first.triggerMetadata, undefined);
  assert.deepEqual(first.timer, {
    schedule: { adjustForDST: true },
    scheduleStatus: {
      last: '0001-01-01T00:00:00+00:00',
      next: stamp(first.atMs),
      lastUpdated: stamp(startedMs),
    },
    isPastDue: false,
  });
  await end(first);
  clock.move(300_000);
  const second = await next();
  assert.equal(second.atMs - first.atMs, 300_000);
  const status = { last: stamp(first.atMs), next: stamp(second.atMs), lastUpdated: stamp(first.atMs) };
  assert.deepEqual(second.timer.scheduleStatus, status);
  second.end();
});

test('without a monitor, or more often than once a minute, there is no status', async (t) => {
  for (const options of [{ schedule: '0 * * * * *', useMonitor: false }, { schedule: '*/20 * * * * *' }]) {
    await t.test(options.schedule, async (t) => {
      const { clock, next } = await startTimer(t, options);
      clock.move(60_000);
      const call = await next();
      call.end();
      assert.equal(call.timer.scheduleStatus, null);
    });
  }
});

test('one run at a time: what comes due meanwhile follows once', async (t) => {
  const { clock, next, end, calls } = await startTimer(t, { schedule: '0 * * * * *' });
  clock.move(40_000);
  const long = await next();
  clock.move(205_000);
  assert.equal(calls.length, 1);
  await end(long);
  clock.move(0);
  const late = await next();
  assert.equal(late.atMs - long.atMs, 205_000);
  await end(late);
  clock.move(34_999);
  assert.equal(calls.length, 2);
  clock.move(1);
  const regular = await next();
  assert.equal(regular.atMs - long.atMs, 240_000);
  regular.end();
});

test('runOnStartup calls at once, then at the times', async (t) => {
  const { clock, next, end, startedMs } = await startTimer(t, {
    schedule: '0 0 * * * *',
    runOnStartup: true,
  });
  const first = await next();
  assert.equal(first.atMs, startedMs);
  assert.equal(first.timer.isPastDue, false);
  await end(first);
  clock.move(2_800_000);
  const second = await next();
  assert.equal(new Date(second.atMs).toISOString(), '2023-11-14T23:00:00.000Z');
  second.end();
});

test('a time months away is waited for', async (t) => {
  const { clock, next, calls } = await startTimer(t, { schedule: '0 0 0 14 2 *' });
  assert.equal(clock.alarms, 1);
  clock.move(91 * DAY_MS);
  assert.equal(calls.length, 0);
  clock.move(6_400_000);
  const call = await next();
  assert.equal(new Date(call.atMs).toISOString(), '2024-02-14T00:00:00.000Z');
  call.end();
});

test('a failure is logged and the times go on; stop waits for what runs', async (t) => {
  const { clock, log, triggers } = await failing(t);
  clock.move(60_000);
  await log.has(/^error Executed \(Failed\): Error: not now/);
  await clock.alarm();
  clock.move(60_000);
  await log.has(/again/);
  await triggers.stop(0);
  assert.equal(clock.alarms, 0);
});

async function failing(t: TestContext) {
  const clock = new AlarmClock();
  const log = new WaitingLog();
  let count = 0;
  const made = await triggeredApp(t, log, (app) => {
    const handler = (): never => {
      throw new Error(count++ === 0 ? 'not now' : 'again');
    };
    app.timer('tick', { schedule: '0 * * * * *', handler });
  });
  const triggers = new TimerTriggers({ ...made, clock, log });
  await triggers.start();
  return { clock, log, triggers };
}

test('stop lets a run end within the grace, and no other begin', async (t) => {
  const { clock, next, triggers, calls } = await startTimer(t, { schedule: '0 * * * * *' });
  clock.move(40_000);
  const call = await next();
  const stopped = triggers.stop(5_000);
  call.end();
  await stopped;
  clock.move(600_000);
  assert.equal(calls.length, 1);
  assert.equal(clock.alarms, 0);
});

test('stop waits for a run no longer than the grace', async (t) => {
  const { clock, next, triggers } = await startTimer(t, { schedule: '0 * * * * *' });
  clock.move(40_000);
  const call = await next();
  const stopped = triggers.stop(5_000);
  clock.move(5_000);
  await stopped;
  call.end();
});

test('a run over the function timeout is told and counts as ended', async (t) => {
  const { clock, log, next } = await startTimer(t, { schedule: '0 * * * * *' }, 10_000);
  clock.move(40_000);
  const call = await next();
  clock.move(9_999);
  assert.deepEqual(log.lines, []);
  clock.move(1);
  assert.match(log.lines.join(), /^error Timeout value of 10 s exceeded/);
  await clock.alarm();
  clock.move(50_000);
  const second = await next();
  assert.notEqual(second, call);
  second.end();
  call.end();
});

test('a call by hand does not disturb the times', async (t) => {
  const { clock, next, triggers, startedMs } = await startTimer(t, { schedule: '0 * * * * *' });
  await triggers.runByHand('tick');
  const byHand = await next();
  assert.equal(byHand.atMs, startedMs);
  clock.move(40_000);
  const call = await next();
  assert.notEqual(call, byHand);
  call.end();
  byHand.end();
});

test('a schedule that cannot be used stops the start with a line that names function and schedule', async (t) => {
  const faults = [
    ['* * *', 'function "tick": schedule "* * *" cannot be used: 5 or 6 fields are needed, not 3'],
    [
      '00:05:00',
      'function "tick": schedule "00:05:00" cannot be used: a time span works on App Service plans only',
    ],
    [
      '1.00:00',
      'function "tick": schedule "1.00:00" cannot be used: a time span works on App Service plans only',
    ],
    ['0 0 0 31 2 *', 'function "tick": schedule "0 0 0 31 2 *" cannot be used: it never comes due'],
  ] as const;
  for (const [schedule, message] of faults) {
    await t.test(schedule, async (t) => {
      await assert.rejects(startTimer(t, { schedule }), { name: 'HostFault', message });
    });
  }
});
