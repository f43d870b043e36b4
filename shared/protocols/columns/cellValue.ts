import type { ColumnSpec, TensorSpec } from '../../models/signature.js';

/** A cell without value in a column that must have one. */
export const missingCell = Symbol('missing cell');

/**
 * The value of one cell, as `setElement` takes it, with defaults, missing values (`null`, `undefined`) and logicals on
 * number tensors resolved; `missingCell` where a value is needed and there is none.
 */
export function cellValue(column: ColumnSpec, input: TensorSpec, cell: unknown): unknown {
  const value = cell ?? column.default ?? null;
  if (value === null) {
    if (!column.nullable) return missingCell;
    return input.datatype === 'BYTES' ? '' : null;
  }
  if (column.type === 'logical' && typeof value === 'boolean' && input.datatype !== 'BOOL')
    return value ? 1 : 0;
  return value;
}

/** The problem of a missing cell; `came` is what stood there. */
export const missingValue = (column: ColumnSpec, came: string) =>
  `expected ${expectedIn(column)}, got ${came}, and the column is not nullable`;

/** What a cell of the column must be, for messages. */
export const expectedIn = ({ type }: ColumnSpec) => articles[type];

const articles = {
  numeric: 'a number',
  integer: 'a whole number',
  character: 'a text',
  logical: 'true or false',
  vector: 'an array',
};
