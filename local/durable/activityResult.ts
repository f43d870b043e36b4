/** What a run of an activity leads to. */
export type ActivityResult =
  | { readonly ok: true; /** JSON text */ readonly result: string | null }
  | { readonly ok: false; readonly reason: string; readonly details: string };

/** What an orchestrator gets for an activity that did not fail by itself; `text` says why. */
export function activityFailure(name: string, text: string): ActivityResult {
  return { ok: false, reason: failureReason(name, text), details: '' };
}

/** The text of a failed activity, named as it was called. */
export function failureReason(name: string, text: string): string {
  return `Activity function '${name}' failed: ${text}`;
}
