import type { HistoryEvent, MessageEvent } from './historyEvents.js';

// What the durable backend keeps. One instance row and one history per instance id (its current execution), an
// inbox of messages, and the activities that are scheduled and have no result yet.

/** By their numbers on the wire. `ContinuedAsNew` and `Canceled` are known to clients; no instance has them here. */
export const RUNTIME_STATUSES = [
  'Running',
  'Completed',
  'ContinuedAsNew',
  'Failed',
  'Canceled',
  'Terminated',
  'Pending',
  'Suspended',
] as const;

export type RuntimeStatus = (typeof RUNTIME_STATUSES)[number];

/** Statuses of instances that have ended. */
export const FINAL_STATUSES: readonly RuntimeStatus[] = ['Completed', 'Failed', 'Terminated'];

export function isFinal(status: RuntimeStatus): boolean {
  return FINAL_STATUSES.includes(status);
}

export interface Instance {
  readonly instanceId: string;
  /** Of the current generation: 32 hex digits. */
  readonly executionId: string;
  /** Of the orchestrator, as it was given at the start. */
  readonly name: string;
  readonly runtimeStatus: RuntimeStatus;
  /** JSON text */
  readonly input: string | null;
  /** JSON text of a result; plain text of a failure or of a reason. */
  readonly output: string | null;
  /** JSON text */
  readonly customStatus: string | null;
  /** Milliseconds since 1970, of the current generation. */
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface InstanceFilter {
  readonly createdFromMs?: number | undefined;
  readonly createdToMs?: number | undefined;
  /** Any status when empty or absent. */
  readonly statuses?: readonly RuntimeStatus[] | undefined;
  readonly idPrefix?: string | undefined;
}

export interface Message {
  /** Ascending in the order of arrival. */
  readonly id: number;
  readonly event: MessageEvent;
}

export interface NewMessage {
  readonly instanceId: string;
  /** Set for what belongs to one execution: results and timers. Dropped when that execution is over. */
  readonly executionId?: string | undefined;
  readonly event: MessageEvent;
  /** Milliseconds since 1970; not handed out before. */
  readonly dueMs: number;
}

export interface NewActivity {
  readonly taskId: number;
  readonly name: string;
  /** JSON text, null for none */
  readonly input: string | null;
}

export interface Activity extends NewActivity {
  readonly id: number;
  readonly instanceId: string;
  readonly executionId: string;
  /** true when a process took it up before and left no result */
  readonly started: boolean;
}

/** Everything one episode changes, written at once or not at all. */
export interface EpisodeCommit {
  readonly instance: Instance;
  /** The execution the episode began with; the commit is dropped when it is not the current one any more. */
  readonly executionId: string;
  /** Messages that the episode has taken in. */
  readonly consumed: readonly number[];
  /** Behind the stored history, or in place of it when a new generation begins. */
  readonly events: readonly HistoryEvent[];
  readonly newGeneration: boolean;
  readonly activities: readonly NewActivity[];
  /** Timers. */
  readonly messages: readonly NewMessage[];
}
