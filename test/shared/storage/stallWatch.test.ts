import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchForStall } from '../../../shared/storage/stallWatch.js';
import { TestClock } from '../../support/testClock.js';

function startWatch(): {
  clock: TestClock;
  watch: ReturnType<typeof watchForStall>;
  ends: string[];
  leave(): void;
} {
  const clock = new TestClock();
  const ends: string[] = [];
  const leaving = new AbortController();
  const one = { number: 1, signal: leaving.signal, end: (reason: Error) => void ends.push(reason.message) };
  const leave = (): void => {
    leaving.abort();
  };
  return { clock, watch: watchForStall(one, clock), ends, leave };
}

test('a try is ended 10 s after the last thing that came', () => {
  const { clock, watch, ends } = startWatch();
  for (const stepMs of [9_999, 6_000, 9_999, 1]) {
    clock.move(stepMs);
    watch.touch();
  }
  clock.move(9_999);
  assert.deepEqual(ends, []);
  clock.move(1);
  assert.deepEqual(ends, ['no byte for 10 s']);
  assert.equal(clock.alarms, 0);
});

test('nothing is watched after the end of the body or of the try', () => {
  const stopped = startWatch();
  stopped.watch.stop();
  const left = startWatch();
  left.leave();
  for (const { clock, ends } of [stopped, left]) {
    assert.equal(clock.alarms, 0);
    clock.move(20_000);
    assert.deepEqual(ends, []);
  }
});
