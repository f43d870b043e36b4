import type { Clock } from '../../shared/clock.js';
import { EventType, type HistoryEvent } from './historyEvents.js';
import { executionStarted, makeEvent, newId } from './makeEvents.js';
import type { Decisions, OrchestrationEngine } from './orchestrationEngine.js';
import type { NewCall } from './replay.js';
import { RUNTIME_STATUSES } from './store.js';
import type { EpisodeCommit, Instance, Message, NewActivity, NewMessage, RuntimeStatus } from './store.js';

/** Generations in a row that wait for nothing; more are a loop without an end. */
const MAX_GENERATIONS = 1000;

/**
 * Runs one episode: takes the waiting messages into the history, calls the orchestrator, and writes down what it
 * decided (functions-host.md 4.3). A new generation goes on at once (4.7). Nothing is stored; the commit is.
 */
export async function runEpisode(
  engine: OrchestrationEngine,
  clock: Clock,
  instance: Instance,
  stored: readonly string[],
  messages: readonly Message[],
): Promise<EpisodeCommit> {
  const { executionId } = instance;
  const consumed = messages.map(({ id }) => id);
  let events: HistoryEvent[] = [opening(clock.wallMs()), ...messages.map(({ event }) => event)];
  let current = instance;
  for (let generation = 0; ; generation += 1) {
    const before = generation === 0 ? stored : [];
    const history = [...before, ...events.map((event) => JSON.stringify(event))];
    const decisions = await engine.runEpisode(current, history);
    const nowMs = clock.wallMs();
    const { completion } = generation < MAX_GENERATIONS ? decisions : ENDLESS;
    if (completion?.status === 'ContinuedAsNew') {
      current = nextGeneration(current, completion.input, nowMs);
      const started = executionStarted({ ...current, input: completion.input }, null, nowMs);
      const carried = completion.carried.map(played);
      events = [opening(nowMs), started, ...carried, closing(nowMs)];
      continue;
    }
    const ended = completion === undefined ? [] : [ending(completion.status, completion.output, nowMs)];
    const scheduled = decisions.newCalls.map((call) => scheduling(call, nowMs));
    return {
      instance: {
        ...current,
        runtimeStatus: completion?.status ?? (decisions.suspended === undefined ? 'Running' : 'Suspended'),
        output: completion?.output ?? decisions.suspended?.reason ?? null,
        customStatus: decisions.customStatus,
        updatedMs: nowMs,
      },
      executionId,
      consumed,
      events: [...events.map(asLaterSeen), ...scheduled, ...ended, closing(nowMs)],
      newGeneration: generation > 0,
      activities: decisions.newCalls.flatMap(toActivity),
      messages: decisions.newCalls.flatMap((call) => toTimer(call, current, nowMs)),
    };
  }
}

const ENDLESS: Pick<Decisions, 'completion'> = {
  completion: {
    status: 'Failed',
    output: `continueAsNew was called ${MAX_GENERATIONS} times in a row without waiting for anything`,
  },
};

/** With no input, the one of the generation before is still shown. */
function nextGeneration(instance: Instance, input: string | null, nowMs: number): Instance {
  return {
    ...instance,
    executionId: newId(),
    input: input ?? instance.input,
    createdMs: nowMs,
    output: null,
  };
}

function played<T extends HistoryEvent>(event: T): T {
  return { ...event, IsPlayed: true };
}

/** In later episodes messages count as played, and what opened a generation too (functions-host.md 4.2). */
function asLaterSeen(event: HistoryEvent): HistoryEvent {
  return event.EventType === EventType.OrchestratorStarted ? event : played(event);
}

function opening(nowMs: number): HistoryEvent {
  return makeEvent({ EventType: EventType.OrchestratorStarted }, nowMs);
}

function closing(nowMs: number): HistoryEvent {
  return makeEvent({ EventType: EventType.OrchestratorCompleted }, nowMs);
}

function ending(status: RuntimeStatus, Result: string | null, nowMs: number): HistoryEvent {
  const own = { OrchestrationStatus: RUNTIME_STATUSES.indexOf(status), Result, FailureDetails: null };
  return makeEvent({ EventType: EventType.ExecutionCompleted, ...own }, nowMs);
}

function scheduling({ id, action }: NewCall, nowMs: number): HistoryEvent {
  if (action.kind === 'timer')
    return makeEvent({ EventType: EventType.TimerCreated, FireAt: action.fireAt }, nowMs, id);
  const own = { Name: action.name, Version: '', Input: null, ParentTraceContext: null };
  return makeEvent({ EventType: EventType.TaskScheduled, ...own }, nowMs, id);
}

function toActivity({ id, action }: NewCall): NewActivity[] {
  return action.kind === 'activity' ? [{ taskId: id, name: action.name, input: action.input }] : [];
}

/**
 * The wait is cut to whole seconds, and a whole number of them loses one, since some time has always passed on the
 * real engine (functions-host.md 5.1). The event carries the time of its TimerCreated.
 */
function toTimer(
  { id, action }: NewCall,
  { instanceId, executionId }: Instance,
  nowMs: number,
): NewMessage[] {
  if (action.kind !== 'timer') return [];
  const waitMs = Math.max(0, Math.ceil((Date.parse(action.fireAt) - nowMs) / 1000) - 1) * 1000;
  const own = { EventType: EventType.TimerFired, TimerId: id, FireAt: action.fireAt };
  return [{ instanceId, executionId, event: makeEvent(own, nowMs), dueMs: nowMs + waitMs }];
}
