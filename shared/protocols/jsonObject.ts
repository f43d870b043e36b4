import { ScoringError } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import { jsonTypeOf } from '../tensors/setElement.js';

/** A parsed JSON object; read own keys only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Takes a parsed value as an object. `place` is its JSON pointer, empty for the whole body.
 *
 * Throws SCORE_ERR_REQUEST_FIELD for anything else and for an own key `__proto__`, which no contract has.
 */
export function asObject(value: unknown, place: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fieldError(place, `expected an object, got ${jsonTypeOf(value)}`);
  }
  if (Object.hasOwn(value, '__proto__')) throw fieldError(`${place}/__proto__`, 'this key is not allowed');
  return value as JsonObject;
}

/** An own property, undefined when absent. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The rejection of one field, named by its JSON pointer. */
export function fieldError(pointer: string, message: string): ScoringError {
  const text = `${pointer === '' ? 'the body' : pointer}: ${message}`;
  return new ScoringError('SCORE_ERR_REQUEST_FIELD', text, { places: [{ pointer, message }] });
}

/** A key as a step of a JSON pointer (RFC 6901), shortened as in messages. */
export function pointerStep(key: string): string {
  return shownName(key).replaceAll('~', '~0').replaceAll('/', '~1');
}
