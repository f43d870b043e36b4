import type { OutputSpec } from './signature.js';

/**
 * Whether a row of an output is written as a single value: where all of its inner dimensions are declared as 1, or where
 * nothing is declared and the row has one value. A dimension of any length stays an array where it happens to be 1, so
 * that the type of an answer does not depend on what was sent. `rowSize`: the values of a row, where they are known.
 */
export function isSingleValue({ shape }: Pick<OutputSpec, 'shape'>, rowSize = 1): boolean {
  return rowSize === 1 && shape.slice(1).every((length) => length === 1);
}
