import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.js';
import { EventType, type HistoryEvent } from './historyEvents.js';
import {
  callScheduled,
  executionCompleted,
  executionStarted,
  orchestratorCompleted,
  orchestratorStarted,
  timerFired,
} from './makeEvents.js';
import type { Decisions, OrchestrationEngine } from './orchestrationEngine.js';
import type { NewCall } from './replay.js';
import type { EpisodeCommit, Instance, Message, NewActivity, NewMessage } from './store.js';

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
  let events: HistoryEvent[] = [orchestratorStarted(clock.wallMs()), ...messages.map(({ event }) => event)];
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
      events = [orchestratorStarted(nowMs), started, ...carried, orchestratorCompleted(nowMs)];
      continue;
    }
    const ended =
      completion === undefined ? [] : [executionCompleted(completion.status, completion.output, nowMs)];
    const scheduled = decisions.newCalls.map((call) => callScheduled(call, nowMs));
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
      events: [...events.map(asLaterSeen), ...scheduled, ...ended, orchestratorCompleted(nowMs)],
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
  const executionId = randomUUID().replaceAll('-', '');
  return { ...instance, executionId, input: input ?? instance.input, createdMs: nowMs, output: null };
}

function played<T extends HistoryEvent>(event: T): T {
  return { ...event, IsPlayed: true };
}

/** In later episodes messages count as played, and what opened a generation too (functions-host.md 4.2). */
function asLaterSeen(event: HistoryEvent): HistoryEvent {
  return event.EventType === EventType.OrchestratorStarted ? event : played(event);
}

function toActivity({ id, action }: NewCall): NewActivity[] {
  return action.kind === 'activity' ? [{ taskId: id, name: action.name, input: action.input }] : [];
}

/** The wait is cut to whole seconds, as on the real engine (functions-host.md 5.1). */
function toTimer(
  { id, action }: NewCall,
  { instanceId, executionId }: Instance,
  nowMs: number,
): NewMessage[] {
  if (action.kind !== 'timer') return [];
  const waitMs = Math.max(0, Math.floor((Date.parse(action.fireAt) - nowMs) / 1000) * 1000);
  return [{ instanceId, executionId, event: timerFired(id, action.fireAt, nowMs), dueMs: nowMs + waitMs }];
}
