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

type Event<Kind extends keyof typeof EventType, Own = unknown> = Readonly<Own> & {
  readonly EventType: (typeof EventType)[Kind];
  /** Id of what the event schedules, otherwise -1. */
  readonly EventId: number;
  readonly IsPlayed: boolean;
  /** UTC, ISO 8601 with `Z`. */
  readonly Timestamp: string;
};

/** JSON text, null for none. */
type Json = string | null;

export type ExecutionStarted = Event<
  'ExecutionStarted',
  {
    OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string };
    ParentInstance: null;
    Name: string;
    Version: '';
    Input: Json;
    Tags: null;
    Correlation: null;
    ParentTraceContext: null;
    ScheduledStartTime: null;
    /** 0 when started, 1 when restarted under the same id, null in later generations. */
    Generation: number | null;
  }
>;
export type TimerFired = Event<'TimerFired', { TimerId: number; FireAt: string }>;
export type EventRaised = Event<'EventRaised', { Name: string; Input: Json; ParentTraceContext: null }>;
export type TaskScheduled = Event<
  'TaskScheduled',
  { Name: string; Version: ''; Input: null; ParentTraceContext: null }
>;
interface TaskFailure {
  TaskScheduledId: number;
  Reason: string;
  Details: string;
  FailureDetails: null;
}
interface Ending {
  OrchestrationStatus: number;
  Result: string | null;
  FailureDetails: null;
}

/** What reaches an instance from outside its orchestrator function. */
export type MessageEvent =
  | ExecutionStarted
  | TimerFired
  | EventRaised
  | Event<'ExecutionTerminated', { /** The reason. */ Input: string | null }>
  | Event<'TaskCompleted', { TaskScheduledId: number; Result: Json }>
  | Event<'TaskFailed', TaskFailure>
  | Event<'ExecutionSuspended' | 'ExecutionResumed', { Reason: string | null }>;

export type HistoryEvent =
  | MessageEvent
  | TaskScheduled
  | Event<'TimerCreated', { FireAt: string }>
  | Event<'ExecutionCompleted', Ending>
  | Event<'OrchestratorStarted' | 'OrchestratorCompleted'>;
