import { ScoringError } from '../../../errors/scoringError.js';
import type { JsonObject } from '../../../protocols/jsonObject.js';
import { parseJson } from '../../../protocols/parseJson.js';
import { jsonTypeOf } from '../../../tensors/setElement.js';
import type { RecordFault } from '../recordReader.js';
import { recordText } from './faultText.js';

/** A fault of the record that is being read. */
export type JsonFault = Omit<RecordFault, 'record'>;

/** A parsed record: columns by name or by position. Of objects, read own keys only. */
export type JsonRecord = JsonObject | readonly unknown[];

/**
 * Parses the bytes of one record: nested at most 32 deep, whole numbers beyond 2^53 as bigint with `exactIntegers`.
 * Gives ROW_ENCODING and ROW_SYNTAX as values.
 */
export function parseRecord(
  bytes: Uint8Array,
  exactIntegers: boolean,
): { readonly record: JsonRecord } | { readonly fault: JsonFault } {
  try {
    const value = parseJson(bytes, { exactIntegers });
    if (typeof value === 'object' && value !== null) return { record: value as JsonRecord };
    const message = `expected a JSON object or an array, got ${jsonTypeOf(value)}`;
    return { fault: { code: 'ROW_SYNTAX', message, text: recordText(bytes) } };
  } catch (error) {
    if (!(error instanceof ScoringError)) throw error;
    const code = error.code === 'SCORE_ERR_BODY_ENCODING' ? 'ROW_ENCODING' : 'ROW_SYNTAX';
    return { fault: { code, message: error.message, text: recordText(bytes) } };
  }
}
