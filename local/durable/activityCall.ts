import type { TriggerInput, TypedData } from '../core/coreTypes.js';
import type { Invocation } from '../core/invoke.js';
import { activityFailure, thrownFailure, type ActivityResult } from './activityResult.js';
import { hideCredentials } from './hideCredentials.js';
import { propertyMetadata } from './propertyMetadata.js';
import { refusalText } from './refusals.js';
import type { Activity } from './store.js';

/** Runs an activity function that was called as `name` (functions-host.md 4.10); never rejects. */
export async function callActivity(invocation: Invocation, name: string): Promise<ActivityResult> {
  try {
    const { response } = await invocation.run();
    if (invocation.threwNothing) return activityFailure(name, refusalText('activityThrewUndefined'));
    return { ok: true, result: resultText(response.returnValue ?? {}) };
  } catch (error) {
    try {
      return thrownFailure(name, hideCredentials(messageOf(error)), error);
    } catch {
      return activityFailure(name, 'it threw something that cannot be shown');
    }
  }
}

/** What the function gets for a scheduled activity; `name` is that of the trigger. */
export function activityInput(name: string, { instanceId, input }: Activity): TriggerInput {
  const metadata: Record<string, TypedData> = { InstanceId: { string: instanceId } };
  if (input === null) return { name, data: {}, metadata };
  const value = JSON.parse(input) as unknown;
  // A text is sent as it is; the library has made JSON of it once more. A boolean becomes its .NET name.
  const text = typeof value === 'boolean' ? (value ? 'True' : 'False') : input;
  const data: TypedData = { string: typeof value === 'string' ? value : text };
  return {
    name,
    data,
    metadata: { ...metadata, [name]: data, Data: { json: input }, ...propertyMetadata(value) },
  };
}

/** JSON text of what the function gave back; bytes as base64. */
function resultText({ json, string, bytes, int, double }: TypedData): string | null {
  if (json !== undefined) return json;
  const base64 = bytes === undefined ? undefined : Buffer.from(bytes).toString('base64');
  const value = string ?? int ?? double ?? base64;
  return value === undefined ? null : JSON.stringify(value);
}

/** Text of an error; what was thrown instead of one as text or JSON, as the worker shows it. */
function messageOf(thrown: unknown): string {
  const message: unknown = thrown instanceof Error ? thrown.message : thrown;
  if (typeof message === 'object' && message === thrown) return JSON.stringify(message);
  return String(message);
}
