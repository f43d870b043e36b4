import type { HttpCall } from '../http/httpCall.js';
import { readJsonBody } from '../http/readJsonBody.js';
import { asObject, fieldError, pointerStep } from '../protocols/jsonObject.js';
import { parseJson } from '../protocols/parseJson.js';
import { jsonTypeOf } from '../tensors/setElement.js';

const mostBytes = 64 * 1024;

/** The members of a small JSON object: clients differ in the letter case of their names. */
export type BodyFields = ReadonlyMap<string, unknown>;

/** Reads the body of a call. `known`: others are refused. Throws SCORE_ERR_BODY_* and SCORE_ERR_REQUEST_FIELD. */
export async function readFields(call: HttpCall, known?: readonly string[]): Promise<BodyFields> {
  const body = asObject(parseJson(await readJsonBody(call, mostBytes), { exactIntegers: false }), '');
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(body)) {
    const name = key.toLowerCase();
    if (known && !known.some((one) => one.toLowerCase() === name)) {
      throw fieldError(`/${pointerStep(key)}`, `unknown member; expected ${known.join(', ')}`);
    }
    if (fields.has(name)) throw fieldError('', 'a member comes twice in different letter case');
    fields.set(name, value);
  }
  return fields;
}

/** A member; undefined where it is missing or null. */
export function fieldOf(fields: BodyFields, name: string): unknown {
  return fields.get(name.toLowerCase()) ?? undefined;
}

/** A text of at most 1024 characters. Throws SCORE_ERR_REQUEST_FIELD. */
export function textField(fields: BodyFields, name: string): string {
  const value = fieldOf(fields, name);
  if (typeof value !== 'string') throw fieldError(`/${name}`, `expected a text, got ${jsonTypeOf(value)}`);
  if (value.length > 1024) throw fieldError(`/${name}`, 'expected at most 1024 characters');
  return value;
}

/** One of several words, in any letter case. Throws SCORE_ERR_REQUEST_FIELD. */
export function choiceField<T extends string>(fields: BodyFields, name: string, choices: readonly T[]): T {
  const text = textField(fields, name).toLowerCase();
  const found = choices.find((choice) => choice.toLowerCase() === text);
  if (found === undefined) throw fieldError(`/${name}`, `expected one of ${choices.join(', ')}`);
  return found;
}
