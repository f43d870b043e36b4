import { InputError } from './inputError.js';

/** A text as one segment of a path; `what` names it in the InputError for a text that cannot be one. */
export function segment(what: string, text: string): string {
  // dots alone are taken for folders, even when they are escaped
  if (typeof text === 'string' && !['', '.', '..'].includes(text)) return encodeURIComponent(text);
  throw new InputError(`${what}: expected a name`);
}
