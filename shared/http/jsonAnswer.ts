import type { HttpAnswer } from './httpCall.js';

/** An answer with a JSON body. */
export function jsonAnswer(value: unknown, status = 200): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
