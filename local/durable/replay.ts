import { EventWaiters } from './eventWaiters.js';
import { EventType, type EventRaised, type HistoryEvent } from './historyEvents.js';
import { OpenCalls } from './openCalls.js';
import type { Action, ActivityAction, OrchestratorOutcome, TimerAction } from './orchestratorOutcome.js';
import { RefusedPattern } from './refusals.js';
import type { Task } from './task.js';

/** A call that the history does not hold yet, under the id it gets there. */
export interface NewCall {
  readonly id: number;
  readonly action: ActivityAction | TimerAction;
}

type Completion =
  | { readonly status: 'Completed' | 'Failed' | 'Terminated'; readonly output: string | null }
  | {
      readonly status: 'ContinuedAsNew';
      readonly input: string | null;
      readonly carried: readonly EventRaised[];
    };

export interface ReplayResult {
  /** In the order of their ids. */
  readonly newCalls: readonly NewCall[];
  readonly completion: Completion | undefined;
  /** The reason, where the instance is suspended at the end. */
  readonly suspended: { readonly reason: string | null } | undefined;
}

/**
 * Starts the actions of an orchestrator over its history, as the extension does (functions-host.md 4.5): ids are
 * counted, events settle what is open, and what the history does not hold yet is new. `outcome` is what the
 * function gave back for this history. Throws RefusedPattern.
 */
export function replay(
  history: readonly HistoryEvent[],
  outcome: OrchestratorOutcome,
  isActivity: (name: string) => boolean,
): ReplayResult {
  return new Replay(outcome, isActivity).run(history);
}

class Replay {
  readonly #open = new OpenCalls();
  readonly #events = new EventWaiters();
  /** Calls that have been started and that no event of the history speaks of yet. */
  readonly #undecided = new Map<number, NewCall>();
  /** With the time at which the orchestrator function sees each. */
  readonly #heldBack: { readonly event: HistoryEvent; readonly nowMs: number }[] = [];
  readonly #carried: EventRaised[] = [];
  #nextId = 0;
  #nowMs = 0;
  #cursor = 0;
  #current: Task | undefined;
  #listEnded = false;
  #nextGeneration: { readonly input: string | null } | undefined;
  #suspended: { readonly reason: string | null } | undefined;
  #terminated: { readonly reason: string | null } | undefined;

  constructor(
    private readonly outcome: OrchestratorOutcome,
    private readonly isActivity: (name: string) => boolean,
  ) {}

  run(history: readonly HistoryEvent[]): ReplayResult {
    for (const event of history) {
      const fault = this.#take(event);
      if (fault === undefined) continue;
      const completion = { status: 'Failed', output: fault } as const;
      return { newCalls: [], completion, suspended: undefined };
    }
    const newCalls = [...this.#undecided.values()];
    return { newCalls, completion: this.#completion(), suspended: this.#suspended };
  }

  /** Gives the text of a failure where the history does not fit the actions. */
  #take(event: HistoryEvent): string | undefined {
    switch (event.EventType) {
      case EventType.OrchestratorStarted:
        this.#nowMs = Date.parse(event.Timestamp);
        return undefined;
      case EventType.TaskScheduled:
        return this.#match(event.EventId, event.Name);
      case EventType.TimerCreated:
        return this.#match(event.EventId, undefined);
      case EventType.ExecutionTerminated:
        this.#terminated = { reason: event.Input };
        return undefined;
      case EventType.ExecutionSuspended:
        this.#suspended = { reason: event.Reason };
        return undefined;
      case EventType.ExecutionResumed:
        this.#suspended = undefined;
        this.#releaseHeld();
        return undefined;
      default:
        if (this.#suspended !== undefined) this.#heldBack.push({ event, nowMs: this.#nowMs });
        else this.#advanceWith(event);
        return undefined;
    }
  }

  #releaseHeld(): void {
    const resumedMs = this.#nowMs;
    for (const { event, nowMs } of this.#heldBack.splice(0)) {
      this.#nowMs = nowMs;
      this.#advanceWith(event);
    }
    this.#nowMs = resumedMs;
  }

  #advanceWith(event: HistoryEvent): void {
    if (event.EventType === EventType.TaskCompleted || event.EventType === EventType.TaskFailed)
      this.#open.settle(event.TaskScheduledId);
    else if (event.EventType === EventType.TimerFired) this.#open.settle(event.TimerId);
    else if (event.EventType === EventType.EventRaised) {
      if (this.#nextGeneration === undefined) this.#events.raise(event);
      else this.#carried.push(event);
    } else if (event.EventType !== EventType.ExecutionStarted) return;
    this.#advance();
  }

  /** Starts actions in turn until one is not settled. */
  #advance(): void {
    while (this.#current === undefined || this.#current.settled) {
      const action = this.outcome.actions[this.#cursor];
      this.#listEnded = action === undefined;
      if (action === undefined) return;
      this.#cursor += 1;
      this.#current = this.#start(action, undefined);
    }
  }

  #start(action: Action, parent: Task | undefined): Task {
    const task: Task = { settled: false, remaining: 1, parent };
    switch (action.kind) {
      case 'activity':
        if (!this.isActivity(action.name)) throw new RefusedPattern('unknownActivity', action.name);
        this.#call(action, task);
        break;
      case 'timer':
        this.#call(action, task);
        break;
      case 'event':
        this.#events.wait(action.name, task);
        break;
      case 'continueAsNew':
        if (this.#events.leftOver !== undefined)
          throw new RefusedPattern('eventLeftOver', this.#events.leftOver);
        this.#nextGeneration = { input: action.input };
        task.settled = true;
        break;
      default:
        if (action.kind === 'all') task.remaining = action.children.length;
        // Before any child is started: two equal calls in one compound are two calls.
        if (parent === undefined) this.#open.refuseRelisted(action.children);
        for (const child of action.children) this.#start(child, task);
    }
    return task;
  }

  #call(action: ActivityAction | TimerAction, task: Task): void {
    this.#refuseShortTimer(action);
    const id = this.#nextId;
    this.#nextId += 1;
    this.#undecided.set(id, { id, action });
    // A timer that is cancelled keeps nothing waiting.
    if (action.kind === 'activity' || !action.isCanceled) this.#open.add(id, action, task);
  }

  /** Takes a call that the history holds out of the new ones; `activity` is undefined for a timer. */
  #match(id: number, activity: string | undefined): string | undefined {
    const action = this.#undecided.get(id)?.action;
    const name = action?.kind === 'activity' ? action.name : undefined;
    if (action === undefined || name !== activity) return nonDeterministic(id, activity);
    this.#undecided.delete(id);
    return undefined;
  }

  #refuseShortTimer(action: ActivityAction | TimerAction): void {
    if (action.kind !== 'timer' || action.isCanceled) return;
    const delayMs = Date.parse(action.fireAt) - this.#nowMs;
    if (delayMs > 0 && delayMs < 1000) throw new RefusedPattern('shortTimer', `${delayMs} ms`);
  }

  /** Only when no call is open: a timer that was not cancelled keeps an instance running. */
  #completion(): Completion | undefined {
    if (this.#terminated !== undefined) return { status: 'Terminated', output: this.#terminated.reason };
    if (!this.#listEnded || this.#open.size > 0 || this.#suspended !== undefined) return undefined;
    const { error, isDone, output } = this.outcome;
    if (error !== undefined) return { status: 'Failed', output: error };
    if (!isDone) return undefined;
    if (this.#nextGeneration === undefined) return { status: 'Completed', output };
    return { status: 'ContinuedAsNew', input: this.#nextGeneration.input, carried: this.#carried };
  }
}

function nonDeterministic(id: number, activity: string | undefined): string {
  const call = activity === undefined ? 'a timer task' : `an activity task of the name '${activity}'`;
  return (
    `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${call} with ` +
    `sequence number ${id}, but the current replay has not. Was a change made to the orchestrator code after ` +
    'this instance had already started running?'
  );
}
