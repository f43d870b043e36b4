import type { HistoryEvent, MessageEvent } from './historyEvents.js';

// What the durable backend keeps. One instance row and one history per instance id (its current execution), an
// inbox of messages, and the activities that are scheduled and have no result yet.

export type RuntimeStatus = 'Running' | 'Completed' | 'Failed' | 'Terminated' | 'Pending' | 'Suspended';

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
  /** Timers, and what is carried into a new generation. */
  readonly messages: readonly NewMessage[];
}

/** One process uses a store at a time. Every method is done, and durable against the death of the process, when it returns. */
export interface DurableStore {
  /** Puts a new instance in place of a finished one; gives the instance that forbids it, or undefined. */
  create(
    instance: Instance,
    started: MessageEvent,
    overridable: (found: Instance) => boolean,
  ): Instance | undefined;
  instance(instanceId: string): Instance | undefined;
  /** In the order of instance ids, behind `afterId`. */
  instances(filter: InstanceFilter, limit: number, afterId?: string): Instance[];
  /** Events of the current execution as JSON texts, oldest first. */
  history(instanceId: string): string[];
  /** Removes instances with all that belongs to them; gives how many there were. */
  purge(instanceIds: readonly string[]): number;

  post(message: NewMessage): void;
  /** Ids of instances with a message that is due, oldest message first. */
  dueInstances(nowMs: number): string[];
  /** What is due for an instance, in order. Messages of a past execution are removed and not given. */
  inbox(instanceId: string, nowMs: number): Message[];
  /** When the next message becomes due that is not due at `nowMs`. */
  nextDueMs(nowMs: number): number | undefined;
  /** false: the instance was purged or started anew meanwhile, nothing was written. */
  commit(episode: EpisodeCommit): boolean;

  /** Up to `limit` activities in the order of their making, behind `afterId`. */
  activities(afterId: number, limit: number): Activity[];
  /** Notes that these are being run. */
  markStarted(activityIds: readonly number[]): void;
  /** Puts a result in the place of an activity; false when it is gone (purged, or its instance started anew). */
  finish(activityId: number, result: NewMessage): boolean;
  close(): void;
}
