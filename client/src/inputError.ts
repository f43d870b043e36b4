/** Inputs that cannot be sent: the message names the place, the rule and what came instead. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
