import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventType, type HistoryEvent } from '../../../local/durable/historyEvents.js';
import { historyView } from '../../../local/durable/historyView.js';
import { executionStarted, makeEvent, taskEnded } from '../../../local/durable/makeEvents.js';
import { statusView } from '../../../local/durable/statusView.js';
import { instance, raised } from './events.js';

const Timestamp = '1970-01-01T00:00:01.000Z';
const of = instance('a', { input: '{"n":1}' });
const ALL = { showInput: true, showOutput: true };
const STARTED = {
  Correlation: null,
  ParentTraceContext: null,
  ScheduledStartTime: null,
  Generation: 0,
  Timestamp,
};

function scheduled(EventId: number, Name: string): HistoryEvent {
  const own = { EventType: 4, Name, Version: '', Input: null, ParentTraceContext: null } as const;
  return { ...own, EventId, IsPlayed: false, Timestamp: '2026-01-01T00:00:00.1234567Z' };
}

/** As on the wire, where members that are undefined are left out. */
function view(events: readonly HistoryEvent[], options = ALL): string[] {
  const texts = events.map((event) => JSON.stringify(event));
  return historyView(texts, options.showInput, options.showOutput).map((event) => JSON.stringify(event));
}

test('the history shows activities with their results, and those that are open', () => {
  const ending = { OrchestrationStatus: 5, Result: 'stop', FailureDetails: null };
  const events = [
    makeEvent({ EventType: EventType.OrchestratorStarted }, 1_000),
    executionStarted(of, 0, 1_000),
    scheduled(0, 'waitMs'),
    scheduled(1, 'addOne'),
    scheduled(2, 'boom'),
    makeEvent({ EventType: EventType.OrchestratorCompleted }, 1_000),
    taskEnded(1, { ok: true, result: '"2"' }, 1_000),
    taskEnded(2, { ok: false, reason: 'why', details: '{}' }, 1_000),
    makeEvent({ EventType: EventType.ExecutionCompleted, ...ending }, 1_000),
  ];
  const call = { ScheduledTime: '2026-01-01T00:00:00.1234567+00:00', FunctionName: 'addOne', Input: null };
  assert.deepEqual(
    view(events),
    [
      { EventType: 'ExecutionStarted', Input: '{"n":1}', ...STARTED, FunctionName: 'chain' },
      { EventType: 'TaskScheduled', Name: 'waitMs', Input: null, ParentTraceContext: null, Timestamp: '2026-01-01T00:00:00.1234567Z' },
      { EventType: 'TaskCompleted', Result: '2', Timestamp, ...call },
      { EventType: 'TaskFailed', Reason: 'why', Details: '{}', FailureDetails: null, Timestamp, ...call, FunctionName: 'boom' },
      { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Terminated', Result: 'stop', FailureDetails: null, Timestamp },
    ].map((event) => JSON.stringify(event)), // prettier-ignore
  );
  const hidden = view(events, { showInput: false, showOutput: false });
  assert.deepEqual(
    [0, 2, 4].map((index) => hidden[index]),
    [
      { EventType: 'ExecutionStarted', ...STARTED, FunctionName: 'chain' },
      { EventType: 'TaskCompleted', Timestamp, ScheduledTime: call.ScheduledTime, FunctionName: 'addOne' },
      { EventType: 'ExecutionCompleted', OrchestrationStatus: 'Terminated', FailureDetails: null, Timestamp },
    ].map((event) => JSON.stringify(event)),
  );
});

test('timers, events, suspension and termination are shown as they are', () => {
  const common = { EventId: -1, IsPlayed: true, Timestamp };
  const FireAt = '2026-01-01T00:00:09Z';
  const events: HistoryEvent[] = [
    { EventType: 10, FireAt, ...common, EventId: 0 },
    makeEvent({ EventType: EventType.TimerFired, TimerId: 0, FireAt }, 1_000),
    raised('Go'),
    { EventType: 19, Reason: 'pause', ...common },
    { EventType: 20, Reason: null, ...common },
    { EventType: 3, Input: 'stop', ...common },
  ];
  assert.deepEqual(
    view(events, { showInput: false, showOutput: false }),
    [
      { EventType: 'TimerCreated', FireAt, Timestamp },
      { EventType: 'TimerFired', FireAt, Timestamp },
      { EventType: 'EventRaised', Name: 'Go', Input: '1', ParentTraceContext: null, Timestamp: '2026-01-01T00:00:00.5Z' },
      { EventType: 'ExecutionSuspended', Reason: 'pause', Timestamp },
      { EventType: 'ExecutionResumed', Reason: null, Timestamp },
      { EventType: 'ExecutionTerminated', Input: 'stop', Timestamp },
    ].map((event) => JSON.stringify(event)), // prettier-ignore
  );
});

test('a status shows JSON as its value and other text as it is', () => {
  const output = (text: string | null): unknown =>
    (statusView(instance('a', { output: text }), true) as Record<string, unknown>).output;
  assert.deepEqual(['"done"', '{"a":1}', 'first & last', '', '5', null].map(output), [
    'done',
    { a: 1 },
    'first & last',
    '',
    5,
    null,
  ]);
  assert.equal(
    JSON.stringify(statusView({ ...of, createdMs: 1_999, customStatus: '[1]' }, false, [{ EventType: 'x' }])),
    '{"name":"chain","instanceId":"a","runtimeStatus":"Pending","input":null,"customStatus":[1],"output":null,' +
      '"createdTime":"1970-01-01T00:00:01Z","lastUpdatedTime":"1970-01-01T00:00:01Z","historyEvents":[{"EventType":"x"}]}',
  );
});
