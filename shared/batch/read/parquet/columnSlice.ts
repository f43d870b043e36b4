import { valueConverter } from './storedValue.js';
import type { ParquetColumn } from './parquetFooter.js';
import { allocateValues, type ValueArray } from './valueArray.js';

/** Most rows of a slice, whatever the task says. */
const mostRows = 2 ** 25;

/** The values of one column in a slice, kept as they are stored. */
export class ColumnSlice {
  readonly values: ValueArray;
  /** 1 where there is a value; undefined where all rows have one. */
  readonly present: Uint8Array | undefined;
  readonly #convert: ((stored: unknown) => unknown) | undefined;

  /** Throws a RangeError for a slice that cannot be. */
  constructor(column: ParquetColumn, rows: number) {
    if (!(rows >= 0 && rows <= mostRows)) throw new RangeError(`a slice of ${rows} rows`);
    this.values = allocateValues(column.physical, rows);
    this.present = column.optional ? new Uint8Array(rows) : undefined;
    this.#convert = valueConverter(column);
  }

  /** The value of a row of the slice; undefined where it is null. May be an `Unreadable`. */
  at(row: number): unknown {
    if (this.present?.[row] === 0) return undefined;
    const stored: unknown = this.values[row];
    return this.#convert ? this.#convert(stored) : stored;
  }
}
