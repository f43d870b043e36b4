import { takesLongIntegers, type Signature } from '../../models/signature.js';
import { jsonTypeOf } from '../../tensors/setElement.js';
import type { ColumnSource } from '../columns/decodeColumns.js';
import { asObject, fieldError, own, pointerStep, type JsonObject } from '../jsonObject.js';
import { parseJson } from '../parseJson.js';
import { frameInput } from './frameKeys.js';

/**
 * The columns of a consumption request: one value per column (`{"hp": 120, "wt": 2.8}`), or a frame with one array per
 * column (`{"inputData": {"hp": [120], "wt": [2.8]}}`). Throws SCORE_ERR_BODY_* and SCORE_ERR_REQUEST_FIELD.
 */
export function parseConsumption(body: Uint8Array, signature: Signature): ColumnSource {
  const request = asObject(parseJson(body, { exactIntegers: takesLongIntegers(signature) }), '');
  return isFrame(request, signature) ? frameOf(request) : valuesOf(request);
}

function isFrame(request: JsonObject, signature: Signature): boolean {
  return (
    Object.hasOwn(request, frameInput) && !signature.columns.some((column) => column.name === frameInput)
  );
}

function valuesOf(request: JsonObject): ColumnSource {
  return { form: 'values', columns: request, rowCount: 1, place: '' };
}

function frameOf(request: JsonObject): ColumnSource {
  const stray = Object.keys(request).find((key) => key !== frameInput);
  if (stray !== undefined) throw fieldError(`/${pointerStep(stray)}`, `not allowed beside ${frameInput}`);
  const place = `/${frameInput}`;
  const columns = asObject(own(request, frameInput), place);
  const [first] = Object.entries(columns);
  if (first && !Array.isArray(first[1])) {
    const message = `expected an array with one value per row, got ${jsonTypeOf(first[1])}`;
    throw fieldError(`${place}/${pointerStep(first[0])}`, message);
  }
  return { form: 'frame', columns, rowCount: first ? (first[1] as unknown[]).length : 0, place };
}
