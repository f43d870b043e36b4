import type { TypedData } from './core/coreTypes.js';
import type { FunctionApp } from './core/functionApp.js';
import { Invocation } from './core/invoke.js';
import type { HostLog } from './log.js';
import type { TriggeredFunction } from './triggers.js';

/** Calls a function for a trigger that nobody waits for; false when it failed, which is logged. */
export async function runTriggered(
  { app, log }: { readonly app: FunctionApp; readonly log: HostLog },
  { registered, trigger }: TriggeredFunction,
  data: TypedData,
  metadata?: Readonly<Record<string, TypedData>>,
): Promise<boolean> {
  const input = { name: trigger.name, data, ...(metadata === undefined ? {} : { metadata }) };
  const invocation = new Invocation(app, registered, input);
  try {
    await invocation.run();
    return true;
  } catch (error) {
    const { functionName, invocationId } = invocation;
    const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    const category = `Function.${functionName}`;
    log.log('error', category, `Executed (Failed): ${text}`, functionName, invocationId);
    return false;
  }
}
