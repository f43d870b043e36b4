import type { FunctionApp } from '../core/functionApp.js';
import type { TriggeredFunction } from '../triggers.js';
import { callOrchestrator } from './orchestratorCall.js';
import { EventType, type HistoryEvent } from './historyEvents.js';
import { RefusedPattern } from './refusals.js';
import { replay, type ReplayResult } from './replay.js';
import type { Instance } from './store.js';

/** What one call of an orchestrator function leads to. */
export interface Decisions extends ReplayResult {
  /** JSON text */
  readonly customStatus: string | null;
}

/** Turns the history of an instance into decisions; the rest of the backend knows nothing of the protocol behind it. */
export interface OrchestrationEngine {
  /** `history` holds the events as JSON texts, those of this episode last. Refused patterns end in a failure. */
  runEpisode(instance: Instance, history: readonly string[]): Promise<Decisions>;
}

/** Functions by name in lower case: the real extension does not tell letter cases apart. */
export type DurableFunctions = ReadonlyMap<string, TriggeredFunction>;

const MAX_CUSTOM_STATUS_CHARACTERS = 8000;

/** Replays orchestrator functions of durable-functions 3.x (functions-host.md 4.1 to 4.5). */
export class ReplayEngine implements OrchestrationEngine {
  constructor(
    private readonly app: FunctionApp,
    private readonly orchestrators: DurableFunctions,
    private readonly activities: DurableFunctions,
  ) {}

  async runEpisode(instance: Instance, history: readonly string[]): Promise<Decisions> {
    const target = this.orchestrators.get(instance.name.toLowerCase());
    if (target === undefined)
      return failed(`The orchestrator function '${instance.name}' is not registered.`);
    const events = history.map((text) => JSON.parse(text) as HistoryEvent);
    const started = events.find((event) => event.EventType === EventType.ExecutionStarted);
    const { instanceId } = instance;
    try {
      const outcome = await callOrchestrator(this.app, target, instanceId, history, started);
      const { customStatus } = outcome;
      if (customStatus !== null && customStatus.length > MAX_CUSTOM_STATUS_CHARACTERS)
        throw new RefusedPattern('customStatusSize', `${customStatus.length} characters`);
      const isActivity = (name: string): boolean => this.activities.has(name.toLowerCase());
      return { ...replay(events, outcome, isActivity), customStatus };
    } catch (error) {
      // Thrown further, it would end the process, and end it again at each start.
      const text = error instanceof RefusedPattern ? error.message : String(error);
      this.app.log('error', 'system', `${instance.name} (${instanceId}): ${text}`);
      return failed(text);
    }
  }
}

function failed(output: string): Decisions {
  return { newCalls: [], completion: { status: 'Failed', output }, suspended: undefined, customStatus: null };
}
