import type { TriggerInput, TypedData } from '../core/coreTypes.js';
import type { FunctionApp } from '../core/functionApp.js';
import { Invocation } from '../core/invoke.js';
import type { TriggeredFunction } from '../triggers.js';
import { activityFailure, failureReason, type ActivityResult } from './activityResult.js';
import { failureDetails } from './failureDetails.js';
import { hideCredentials } from './hideCredentials.js';
import { propertyMetadata } from './propertyMetadata.js';
import { refusalText } from './refusals.js';

export interface ActivityInput {
  readonly instanceId: string;
  /** As it was called, in the letter case of the call. */
  readonly name: string;
  /** JSON text */
  readonly input: string | null;
}

/** Prepares one run of an activity function (functions-host.md 4.10); `run` never rejects. */
export function activityInvocation(
  app: FunctionApp,
  { registered, trigger }: TriggeredFunction,
  activity: ActivityInput,
): { readonly invocation: Invocation; readonly run: () => Promise<ActivityResult> } {
  const invocation = new Invocation(app, registered, triggerInput(trigger.name, activity));
  const run = async (): Promise<ActivityResult> => {
    try {
      const { response } = await invocation.run();
      if (invocation.threwNothing)
        return activityFailure(activity.name, refusalText('activityThrewUndefined'));
      return { ok: true, result: resultText(response.returnValue ?? {}) };
    } catch (error) {
      const message = ` ${hideCredentials(messageOf(error))}`;
      return {
        ok: false,
        reason: failureReason(activity.name, message),
        details: failureDetails(message, error),
      };
    }
  };
  return { invocation, run };
}

function triggerInput(name: string, { instanceId, input }: ActivityInput): TriggerInput {
  const metadata: Record<string, TypedData> = { InstanceId: { string: instanceId } };
  if (input === null) return { name, data: {}, metadata };
  const value = JSON.parse(input) as unknown;
  const data: TypedData = {
    // A text is sent as it is; the library has made JSON of it once more. A boolean becomes its .NET name.
    string:
      typeof value === 'string' ? value : typeof value === 'boolean' ? (value ? 'True' : 'False') : input,
  };
  return {
    name,
    data,
    metadata: { ...metadata, [name]: data, Data: { json: input }, ...propertyMetadata(value) },
  };
}

/** JSON text of what the function gave back; bytes as base64. */
function resultText({ json, string, bytes, int, double }: TypedData): string | null {
  if (json !== undefined) return json;
  const value =
    string ?? int ?? double ?? (bytes === undefined ? null : Buffer.from(bytes).toString('base64'));
  return value === null ? null : JSON.stringify(value);
}

/** Text of an error; what was thrown instead of one as text or JSON, as the worker shows it. */
function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === 'string' ? thrown : JSON.stringify(thrown);
}
