import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitingQueue } from '../../../shared/runtime/waitingQueue.js';
import { TestClock } from '../../support/testClock.js';

interface Entry {
  readonly name: string;
  readonly deadlineMs: number;
}

function make(limit: number) {
  const clock = new TestClock();
  const expired: string[] = [];
  const queue = new WaitingQueue<Entry>(limit, clock, ({ name }) => expired.push(name));
  const push = (name: string, deadlineMs = 1000) => queue.push({ name, deadlineMs });
  const drain = (take: (name: string) => 'taken' | 'keep' | 'stop') => {
    queue.drainWhile(({ name }) => take(name));
  };
  return { clock, expired, queue, push, drain };
}

test('entries leave in the order in which they came', () => {
  const { push, drain, queue } = make(10);
  for (const name of ['a', 'b', 'c']) assert.ok(push(name));
  const seen: string[] = [];
  drain((name) => {
    seen.push(name);
    return 'taken';
  });
  assert.deepEqual(seen, ['a', 'b', 'c']);
  assert.equal(queue.length, 0);
});

test('kept entries keep their order, and those after a stop stay', () => {
  const { push, drain } = make(10);
  for (const name of ['a', 'b', 'c', 'd', 'e']) push(name);
  drain((name) => (name === 'd' ? 'stop' : name === 'b' ? 'taken' : 'keep'));
  const rest: string[] = [];
  drain((name) => {
    rest.push(name);
    return 'keep';
  });
  assert.deepEqual(rest, ['a', 'c', 'd', 'e']);
});

test('a full queue takes nothing more, until one leaves', () => {
  const { push, drain } = make(2);
  assert.deepEqual([push('a'), push('b'), push('c')], [true, true, false]);
  drain((name) => (name === 'a' ? 'taken' : 'stop'));
  assert.deepEqual([push('d'), push('e')], [true, false]);
});

test('a queue of length 0 takes nothing', () => {
  assert.equal(make(0).push('a'), false);
});

test('entries expire at their deadline, not before, one after the other', () => {
  const { push, clock, expired, queue } = make(10);
  push('a', 100);
  push('b', 200);
  clock.move(99);
  assert.deepEqual(expired, []);
  clock.move(1);
  assert.deepEqual(expired, ['a']);
  clock.move(100);
  assert.deepEqual(expired, ['a', 'b']);
  assert.equal(queue.length, 0);
});

test('what left in time does not expire, and an empty queue sets no alarm', () => {
  const { push, drain, clock, expired } = make(10);
  push('a', 100);
  push('b', 200);
  drain((name) => (name === 'a' ? 'taken' : 'stop'));
  clock.move(150);
  assert.deepEqual(expired, []);
  drain(() => 'taken');
  assert.equal(clock.alarms, 0);
  clock.move(1000);
  assert.deepEqual(expired, []);
});

test('an entry behind one that left still expires', () => {
  const { push, drain, clock, expired } = make(10);
  push('a', 100);
  drain(() => 'taken');
  clock.move(50);
  push('b', 150);
  clock.move(100);
  assert.deepEqual(expired, ['b']);
});
