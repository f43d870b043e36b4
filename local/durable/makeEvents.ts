import { EventType, type ExecutionStarted, type HistoryEvent, type TimerFired } from './historyEvents.js';
import type { ActivityResult } from './activityResult.js';
import type { MessageEvent } from './historyEvents.js';
import type { NewCall } from './replay.js';
import type { RuntimeStatus } from './store.js';

// Builders of history events, with members in the order in which the real extension writes them.

const STATUS_NUMBERS: Readonly<Record<RuntimeStatus, number>> = {
  Running: 0,
  Completed: 1,
  Failed: 3,
  Terminated: 5,
  Pending: 6,
  Suspended: 7,
};

interface Common {
  readonly EventId: number;
  readonly IsPlayed: boolean;
  readonly Timestamp: string;
}

function common(timeMs: number, id = -1): Common {
  return { EventId: id, IsPlayed: false, Timestamp: new Date(timeMs).toISOString() };
}

export function orchestratorStarted(timeMs: number): HistoryEvent {
  return { EventType: EventType.OrchestratorStarted, ...common(timeMs) };
}

export function orchestratorCompleted(timeMs: number): HistoryEvent {
  return { EventType: EventType.OrchestratorCompleted, ...common(timeMs) };
}

/** `generation`: 0 for a new instance, 1 for one that takes the place of another, null for a later generation. */
export function executionStarted(
  { instanceId, executionId, name, input }: StartedInstance,
  generation: number | null,
  timeMs: number,
): ExecutionStarted {
  return {
    OrchestrationInstance: { InstanceId: instanceId, ExecutionId: executionId },
    EventType: EventType.ExecutionStarted,
    ParentInstance: null,
    Name: name,
    Version: '',
    Input: input,
    Tags: null,
    Correlation: null,
    ParentTraceContext: null,
    ScheduledStartTime: null,
    Generation: generation,
    ...common(timeMs),
  };
}

interface StartedInstance {
  readonly instanceId: string;
  readonly executionId: string;
  readonly name: string;
  readonly input: string | null;
}

export function executionCompleted(
  status: RuntimeStatus,
  output: string | null,
  timeMs: number,
): HistoryEvent {
  return {
    EventType: EventType.ExecutionCompleted,
    OrchestrationStatus: STATUS_NUMBERS[status],
    Result: output,
    FailureDetails: null,
    ...common(timeMs),
  };
}

/** TaskScheduled or TimerCreated. */
export function callScheduled({ id, action }: NewCall, timeMs: number): HistoryEvent {
  if (action.kind === 'timer')
    return { EventType: EventType.TimerCreated, FireAt: action.fireAt, ...common(timeMs, id) };
  const { name: Name } = action;
  const none = { Input: null, ParentTraceContext: null };
  return { EventType: EventType.TaskScheduled, Name, Version: '', ...none, ...common(timeMs, id) };
}

/** Carries the time of its TimerCreated. */
export function timerFired(id: number, fireAt: string, createdMs: number): TimerFired {
  return { EventType: EventType.TimerFired, TimerId: id, FireAt: fireAt, ...common(createdMs) };
}

export function taskEnded(taskId: number, result: ActivityResult, timeMs: number): MessageEvent {
  if (result.ok)
    return {
      EventType: EventType.TaskCompleted,
      TaskScheduledId: taskId,
      Result: result.result,
      ...common(timeMs),
    };
  const { reason: Reason, details: Details } = result;
  const failure = { Reason, Details, FailureDetails: null };
  return { EventType: EventType.TaskFailed, TaskScheduledId: taskId, ...failure, ...common(timeMs) };
}
