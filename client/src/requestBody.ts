import { InputError } from './inputError.js';
import { columnsOfRows, frameKey, rowsOfValues, type JsonObject } from './records.js';
import type { ParameterDefinition } from './serviceMetadata.js';

/**
 * The body of a scoring call. One record, an object of values, is sent as the service declares it; several records, in
 * any form, become one frame, which every service takes. Throws an InputError.
 */
export function requestBody(
  inputs: readonly object[] | object,
  declared: readonly ParameterDefinition[],
): JsonObject {
  if (Array.isArray(inputs)) return frameOfRows(rowsOfValues(inputs));
  const record = inputs as JsonObject;
  if (takesFrames(declared)) {
    return Object.hasOwn(record, frameKey) ? record : { [frameKey]: frameOf(record) };
  }
  return holdsColumns(record, declared) ? frameOfRows(rowsOfValues(record)) : record;
}

/** Several rows as one frame. Throws an InputError for rows that do not have the same columns. */
export function frameOfRows(rows: readonly JsonObject[]): JsonObject {
  return { [frameKey]: columnsOfRows(rows) };
}

/**
 * The items of a batch, one per record. For a service that takes frames a record becomes a frame with one row; one that
 * is a frame already (`{inputData: {...}}`) stays one item with all of its rows.
 */
export function batchItems(
  rows: readonly JsonObject[],
  declared: readonly ParameterDefinition[],
): readonly JsonObject[] {
  if (!takesFrames(declared)) return rows;
  return rows.map((row) => (Object.hasOwn(row, frameKey) ? row : { [frameKey]: frameOf(row, true) }));
}

/** Throws an InputError for a service without inputs: there is nothing to give it record by record. */
export function requireInputs(declared: readonly ParameterDefinition[]): void {
  if (declared.length === 0) throw new InputError('batch: the service takes no inputs');
}

/** Whether a service takes whole frames, whose columns its metadata do not name. */
export const takesFrames = (declared: readonly ParameterDefinition[]) =>
  declared.length === 1 && declared[0]?.name === frameKey && declared[0].type === 'data.frame';

/** Arrays where the service declares single values are columns; an array for a vector is its value. */
function holdsColumns(record: JsonObject, declared: readonly ParameterDefinition[]): boolean {
  return declared.some(
    ({ name, type }) => type !== 'vector' && type !== 'matrix' && Array.isArray(record[name]),
  );
}

function frameOf(record: JsonObject, isRow = false): JsonObject {
  const values = Object.entries(record);
  if (!isRow && values.some(([, value]) => Array.isArray(value))) return record;
  return Object.fromEntries(values.map(([name, value]) => [name, [value]]));
}
