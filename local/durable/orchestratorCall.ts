import type { TriggerInput } from '../core/coreTypes.js';
import type { FunctionApp } from '../core/functionApp.js';
import { Invocation } from '../core/invoke.js';
import type { TriggeredFunction } from '../triggers.js';
import type { ExecutionStarted } from './historyEvents.js';
import { hideCredentials } from './hideCredentials.js';
import { parseOutcome, type OrchestratorOutcome } from './orchestratorOutcome.js';
import { propertyMetadata } from './propertyMetadata.js';
import { RefusedPattern } from './refusals.js';

/** Behind this label the library hides the JSON of a failed orchestrator in an error's message. */
const STATE_LABEL = '$OutOfProcData$:';

/**
 * Calls an orchestrator function with the whole history and reads what it gives back (functions-host.md 4.1, 4.4).
 * `history` holds events as JSON texts, oldest first, with `started` among them. Throws RefusedPattern; a function
 * that fails is an outcome with `error`.
 */
export async function callOrchestrator(
  app: FunctionApp,
  { name, registered, trigger }: TriggeredFunction,
  instanceId: string,
  history: readonly string[],
  started: ExecutionStarted | undefined,
): Promise<OrchestratorOutcome> {
  const input = triggerInput(trigger.name, instanceId, history, started);
  const invocation = new Invocation(app, registered, input);
  try {
    const { response } = await invocation.run();
    const { json, string } = response.returnValue ?? {};
    return parseOutcome(json ?? string ?? '{}');
  } catch (error) {
    if (error instanceof RefusedPattern) throw error;
    return failedOutcome(name, error);
  }
}

function triggerInput(
  name: string,
  instanceId: string,
  history: readonly string[],
  started: ExecutionStarted | undefined,
): TriggerInput {
  const { Input: input = null, IsPlayed: isReplaying = false } = started ?? {};
  const settings = {
    instanceId,
    isReplaying,
    parentInstanceId: null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  // Put together as text: the history is long, and it is there as text.
  const rest = JSON.stringify(settings).slice(1);
  const json = `{"history":[${history.join(',')}],"input":${input ?? 'null'},${rest}`;
  const inputMetadata = propertyMetadata({ input: input === null ? null : (JSON.parse(input) as unknown) });
  return {
    name,
    data: { string: json },
    metadata: { [name]: { json }, ...inputMetadata, ...propertyMetadata(settings) },
  };
}

function failedOutcome(functionName: string, error: unknown): OrchestratorOutcome {
  const thrown = error instanceof Error ? error.message : String(error);
  const at = thrown.indexOf(STATE_LABEL);
  if (at < 0) {
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    const text = `One or more errors occurred. (Result: Failure\nException: ${hideCredentials(thrown)}\nStack: ${stack})`;
    const nothing = { actions: [], isDone: false, output: null, customStatus: null };
    return { ...nothing, error: failure(functionName, text) };
  }
  const outcome = parseOutcome(thrown.slice(at + STATE_LABEL.length));
  if (outcome.error === undefined) throw new RefusedPattern('thrownWithoutText');
  // Not before it is parsed: a secret reaches up to a quote, and would take the backslash before it along.
  return { ...outcome, error: hideCredentials(failure(functionName, outcome.error)) };
}

function failure(functionName: string, text: string): string {
  return `Orchestrator function '${functionName}' failed: ${text}`;
}
