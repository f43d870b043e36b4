import type { Clock } from '../shared/clock.js';
import type { TypedData } from './core/coreTypes.js';
import type { FunctionApp } from './core/functionApp.js';
import { Invocation, type InvocationOutcome } from './core/invoke.js';
import type { HostLog } from './log.js';
import type { TriggeredFunction } from './triggers.js';
import { withinGrace } from './withinGrace.js';

/** What a call needs besides the function and its input. */
export interface CallContext {
  readonly clock: Clock;
  readonly log: HostLog;
  /** No limit unless given. */
  readonly functionTimeoutMs?: number | undefined;
}

/** Runs a call. undefined: it failed, which is logged, or takes too long; it goes on then, but counts no more. */
export async function runLogged(
  invocation: Invocation,
  context: CallContext,
): Promise<InvocationOutcome | undefined> {
  try {
    return await inTime(invocation.run(), invocation, context);
  } catch (error) {
    logFailure(context.log, invocation, `Executed (Failed): ${describeError(error)}`);
    return undefined;
  }
}

/** What a call comes to; undefined, which is logged, when that takes longer than functionTimeout. */
export async function inTime<T extends object>(
  call: Promise<T>,
  invocation: Invocation,
  { clock, log, functionTimeoutMs }: CallContext,
): Promise<T | undefined> {
  if (functionTimeoutMs === undefined) return call;
  return withinGrace(call, functionTimeoutMs, clock, () => {
    const text = `Timeout value of ${functionTimeoutMs / 1000} s exceeded.`;
    logFailure(log, invocation, `${text} The real host would replace the process (4.13/14).`);
  });
}

/** Calls a function for a trigger that nobody waits for; false when it failed. */
export async function runTriggered(
  context: CallContext & { readonly app: FunctionApp },
  { registered, trigger: { name } }: TriggeredFunction,
  data: TypedData,
  metadata?: Readonly<Record<string, TypedData>>,
): Promise<boolean> {
  return (
    (await runLogged(new Invocation(context.app, registered, { name, data, metadata }), context)) !==
    undefined
  );
}

export function logFailure(log: HostLog, { functionName, invocationId }: Invocation, text: string): void {
  log.log('error', `Function.${functionName}`, text, functionName, invocationId);
}

export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}
