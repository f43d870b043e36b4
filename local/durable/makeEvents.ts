import { randomUUID } from 'node:crypto';
import type { ActivityResult } from './activityResult.js';
import { EventType, type EventStamp, type ExecutionStarted, type MessageEvent } from './historyEvents.js';
import type { Instance } from './store.js';

// Builders of history events, with all members that the real extension writes.

/** An id for an instance or an execution, as the real extension makes them: 32 hex digits. */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}

/** An event made at `timeMs` from its type and own members; `id` is that of what it schedules. */
export function makeEvent<Own extends object>(own: Own, timeMs: number, id = -1): Own & EventStamp {
  return { ...own, EventId: id, IsPlayed: false, Timestamp: new Date(timeMs).toISOString() };
}

/** `Generation`: 0 for a new instance, 1 for one that takes the place of another, null for a later generation. */
export function executionStarted(
  { instanceId, executionId, name, input }: Instance,
  Generation: number | null,
  timeMs: number,
): ExecutionStarted {
  const own = {
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
    Generation,
  };
  return makeEvent(own, timeMs);
}

/** The result of an activity. */
export function taskEnded(TaskScheduledId: number, result: ActivityResult, timeMs: number): MessageEvent {
  if (result.ok) {
    const { result: Result } = result;
    return makeEvent({ EventType: EventType.TaskCompleted, TaskScheduledId, Result }, timeMs);
  }
  const failure = { Reason: result.reason, Details: result.details, FailureDetails: null };
  return makeEvent({ EventType: EventType.TaskFailed, TaskScheduledId, ...failure }, timeMs);
}
