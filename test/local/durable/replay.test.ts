import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventType, type HistoryEvent } from '../../../local/durable/historyEvents.js';
import type { Action, OrchestratorOutcome } from '../../../local/durable/orchestratorOutcome.js';
import { replay, type ReplayResult } from '../../../local/durable/replay.js';

const START = '2026-01-01T00:00:00.000Z';
const common = (EventId = -1): { EventId: number; IsPlayed: boolean; Timestamp: string } => ({
  EventId,
  IsPlayed: false,
  Timestamp: START,
});
const started: HistoryEvent[] = [
  { EventType: EventType.OrchestratorStarted, ...common() },
  {
    EventType: EventType.ExecutionStarted,
    OrchestrationInstance: { InstanceId: 'i', ExecutionId: 'e' },
    Name: 'o',
    Input: null,
    Generation: 0,
    ...common(),
  },
];
const scheduled = (id: number, Name = 'a'): HistoryEvent => ({
  EventType: EventType.TaskScheduled,
  Name,
  ...common(id),
});
const completed = (id: number): HistoryEvent => ({
  EventType: EventType.TaskCompleted,
  TaskScheduledId: id,
  Result: '1',
  ...common(),
});
const fired = (id: number): HistoryEvent => ({
  EventType: EventType.TimerFired,
  TimerId: id,
  FireAt: START,
  ...common(),
});
const raised = (Name: string): HistoryEvent => ({
  EventType: EventType.EventRaised,
  Name,
  Input: 'null',
  ...common(),
});
const suspended: HistoryEvent = { EventType: EventType.ExecutionSuspended, Reason: 'wait', ...common() };
const resumed: HistoryEvent = { EventType: EventType.ExecutionResumed, Reason: null, ...common() };

const activity = (input: unknown = null, name = 'a'): Action => ({
  kind: 'activity',
  name,
  input: JSON.stringify(input),
});
const timer = (seconds: number, isCanceled = false): Action => ({
  kind: 'timer',
  fireAt: new Date(Date.parse(START) + seconds * 1000).toISOString(),
  isCanceled,
});
const wait = (name: string): Action => ({ kind: 'event', name });
const all = (...children: Action[]): Action => ({ kind: 'all', children });
const any = (...children: Action[]): Action => ({ kind: 'any', children });

function run(
  history: HistoryEvent[],
  actions: Action[],
  more: Partial<OrchestratorOutcome> = {},
): ReplayResult {
  const outcome = { actions, isDone: false, output: null, error: undefined, customStatus: null, ...more };
  return replay([...started, ...history], outcome, (name) => name === 'a');
}
const ids = ({ newCalls }: ReplayResult): number[] => newCalls.map(({ id }) => id);
const done = { isDone: true, output: '"out"' };
const refusal = (row: number) => (error: unknown) =>
  error instanceof Error && error.message.startsWith(`Not portable (4.13/${row}): `);

describe('ids', () => {
  test('count in the order of the actions, children of a compound in their order', () => {
    const actions = [all(activity(1), any(activity(2), timer(9)), activity(3))];
    assert.deepEqual(ids(run([], actions)), [0, 1, 2, 3]);
  });
  test('of what the history holds are not new; the next action starts when the one before is settled', () => {
    const actions = [activity(1), activity(2)];
    assert.deepEqual(ids(run([scheduled(0)], actions)), []);
    assert.deepEqual(ids(run([scheduled(0), completed(0)], actions)), [1]);
  });
  test('waiting for an event takes none', () => {
    assert.deepEqual(ids(run([raised('Go')], [wait('Go'), activity()])), [0]);
  });
  test('a second result of one call changes nothing', () => {
    const history = [scheduled(0), completed(0), completed(0), scheduled(1)];
    assert.deepEqual(ids(run(history, [activity(1), activity(2), activity(3)])), []);
  });
});

describe('compounds', () => {
  test('Task.all goes on when all children have ended, also where one failed', () => {
    const actions = [all(activity(1), activity(2)), activity(3)];
    const history = [scheduled(0), scheduled(1)];
    assert.deepEqual(ids(run([...history, completed(1)], actions)), []);
    assert.deepEqual(ids(run([...history, completed(1), completed(0)], actions)), [2]);
  });
  test('Task.any goes on at the first', () => {
    const actions = [any(activity(1), activity(2)), activity(3)];
    assert.deepEqual(ids(run([scheduled(0), scheduled(1), completed(1)], actions)), [2]);
  });
  test('a compound of events that came early is settled at once', () => {
    const actions = [all(any(wait('A'), wait('B')), wait('C')), activity()];
    const early = [scheduled(0), completed(0), raised('B'), raised('C')];
    assert.deepEqual(ids(run([...early], [activity(0), ...actions])), [1]);
  });
});

describe('the end', () => {
  test('waits for every open call', () => {
    const actions = [any(activity(1), timer(60))];
    const history = [
      scheduled(0),
      { EventType: EventType.TimerCreated, FireAt: START, ...common(1) },
      completed(0),
    ];
    assert.equal(run(history, actions, done).completion, undefined);
    assert.deepEqual(run([...history, fired(1)], actions, done).completion, {
      status: 'Completed',
      output: '"out"',
    });
  });
  test('does not wait for a timer that is cancelled, which is written down all the same', () => {
    const result = run([scheduled(0), completed(0)], [any(activity(1), timer(60, true))], done);
    assert.deepEqual(result.completion, { status: 'Completed', output: '"out"' });
    assert.deepEqual(ids(result), [1]);
  });
  test('a failure waits likewise', () => {
    const actions = [any(activity(1), activity(2))];
    const history = [scheduled(0), scheduled(1), completed(0)];
    const error = { error: 'broken' };
    assert.equal(run(history, actions, error).completion, undefined);
    assert.deepEqual(run([...history, completed(1)], actions, error).completion, {
      status: 'Failed',
      output: 'broken',
    });
  });
  test('termination does not wait', () => {
    const terminated: HistoryEvent = { EventType: EventType.ExecutionTerminated, Input: 'stop', ...common() };
    const { completion } = run([scheduled(0), suspended, terminated], [activity()]);
    assert.deepEqual(completion, { status: 'Terminated', output: 'stop' });
  });
  test('a history that the actions do not fit ends in a failure that says so', () => {
    for (const history of [[scheduled(0, 'other')], [scheduled(1)], [scheduled(0), scheduled(1)]]) {
      const { completion, newCalls } = run(history, [activity()]);
      assert.equal(completion?.status, 'Failed');
      assert.match(JSON.stringify(completion), /Non-Deterministic workflow detected/);
      assert.deepEqual(newCalls, []);
    }
  });
});

describe('events', () => {
  test('of two who wait for one name the last is served first', () => {
    const actions = [any(wait('Go'), activity(1)), any(wait('Go'), activity(2)), activity(3)];
    // the first compound ends by its activity and leaves its waiter behind
    const history = [scheduled(0), completed(0), scheduled(1), raised('Go')];
    assert.deepEqual(ids(run(history, actions)), [2]);
  });
  test('that came while an instance was suspended count at their time, also for the length of a timer', () => {
    const later = new Date(Date.parse(START) + 4_500).toISOString();
    const resumption: HistoryEvent[] = [
      { EventType: EventType.OrchestratorStarted, ...common(), Timestamp: later },
      resumed,
    ];
    const actions = [wait('A'), timer(5)];
    assert.deepEqual(ids(run([suspended, raised('A'), ...resumption], actions)), [0]);
    assert.throws(() => run([suspended, ...resumption, raised('A')], actions), refusal(12));
  });
  test('that come while an instance is suspended wait for the resume, in order', () => {
    const actions = [wait('A'), wait('B'), activity()];
    const held = run([suspended, raised('A'), raised('B')], actions);
    assert.deepEqual([ids(held), held.suspended], [[], { reason: 'wait' }]);
    const free = run([suspended, raised('A'), raised('B'), resumed], actions);
    assert.deepEqual([ids(free), free.suspended], [[0], undefined]);
  });
  test('behind the one that caused a new generation are carried into it', () => {
    const actions: Action[] = [wait('Next'), { kind: 'continueAsNew', input: '{}' }];
    const { completion } = run([raised('Next'), raised('Go')], actions, { isDone: true });
    assert.ok(completion?.status === 'ContinuedAsNew');
    assert.deepEqual(
      completion.carried.map(({ Name }) => Name),
      ['Go'],
    );
  });
});

describe('refused', () => {
  const next: Action = { kind: 'continueAsNew', input: null };
  const cases: [name: string, row: number, history: HistoryEvent[], actions: Action[]][] = [
    [
      'an open activity in a second compound',
      1,
      [scheduled(0), scheduled(1), completed(0)],
      [any(activity(1), activity(2)), any(activity(2), activity(3))],
    ],
    [
      'an open timer in a second compound, deeper',
      1,
      [raised('Go')],
      [any(wait('Go'), timer(60)), all(activity(), any(wait('Go'), timer(60)))],
    ],
    ['an activity that is not registered', 6, [], [all(activity(1), activity(2, 'unknown'))]],
    ['an event left over at a new generation', 10, [raised('Early'), raised('Next')], [wait('Next'), next]],
    ['an event in other letter case, awaited', 11, [raised('go')], [wait('Go')]],
    [
      'an event in other letter case, come early',
      11,
      [scheduled(0), raised('go'), completed(0)],
      [activity(), wait('Go')],
    ],
    ['a timer of less than a second', 12, [], [timer(0.9)]],
  ];
  for (const [name, row, history, actions] of cases) {
    test(name, () => {
      assert.throws(() => run(history, actions), refusal(row));
    });
  }
  test('but not what looks alike', () => {
    // two equal calls in one compound, one that has ended, a timer in the past, one of a second
    const twice = [all(activity(1), activity(1))];
    assert.deepEqual(ids(run([], twice)), [0, 1]);
    const again = [all(activity(1), activity(2)), all(activity(1), activity(2))];
    assert.deepEqual(ids(run([scheduled(0), scheduled(1), completed(0), completed(1)], again)), [2, 3]);
    assert.deepEqual(ids(run([], [all(timer(-60), timer(0), timer(1))])), [0, 1, 2]);
  });
});
