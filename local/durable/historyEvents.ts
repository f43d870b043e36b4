// History events as they stand on the wire and in the store (functions-host.md 4.2).

export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

export interface EventStamp {
  /** Id of what the event schedules, otherwise -1. */
  readonly EventId: number;
  readonly IsPlayed: boolean;
  /** UTC, ISO 8601 with `Z`. */
  readonly Timestamp: string;
}

// Members that are always null or empty are left out of the types.
type Event<Kind extends keyof typeof EventType, Own = unknown> = EventStamp &
  Readonly<Own> & { readonly EventType: (typeof EventType)[Kind] };

/** JSON text, null for none. */
type Json = string | null;

interface Start {
  OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string };
  Name: string;
  Input: Json;
  /** 0 when started, 1 when restarted under the same id, null in later generations. */
  Generation: number | null;
}

export type ExecutionStarted = Event<'ExecutionStarted', Start>;
export type EventRaised = Event<'EventRaised', { Name: string; Input: Json }>;
export type TaskScheduled = Event<'TaskScheduled', { Name: string }>;

/** What reaches an instance from outside its orchestrator function. */
export type MessageEvent =
  | ExecutionStarted
  | EventRaised
  | Event<'TimerFired', { TimerId: number; FireAt: string }>
  | Event<'ExecutionTerminated', { /** The reason. */ Input: string | null }>
  | Event<'TaskCompleted', { TaskScheduledId: number; Result: Json }>
  | Event<'TaskFailed', { TaskScheduledId: number; Reason: string; Details: string }>
  | Event<'ExecutionSuspended' | 'ExecutionResumed', { Reason: string | null }>;

export type HistoryEvent =
  | MessageEvent
  | TaskScheduled
  | Event<'TimerCreated', { FireAt: string }>
  | Event<'ExecutionCompleted', { OrchestrationStatus: number; Result: string | null }>
  | Event<'OrchestratorStarted' | 'OrchestratorCompleted'>;
