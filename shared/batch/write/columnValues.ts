import type { ResultColumn } from '../plan/plan.js';
import type { ColumnData } from './parquet/encodeParquetPart.js';

/** Takes the values of one column one after the other; null is a missing one. */
export interface ColumnCollector {
  add(value: unknown): void;
  take(): ColumnData;
}

/** `isDense`: every value is there, a number for `number` and `float` and a bigint for `integer`. */
export function collectColumn(kind: ResultColumn['kind'], isDense: boolean): ColumnCollector {
  if (isDense && (kind === 'number' || kind === 'float')) {
    return collectTyped((length) => new Float64Array(length));
  }
  if (isDense && kind === 'integer') return collectTyped((length) => new BigInt64Array(length));
  const values: unknown[] = [];
  return { add: (value) => values.push(value), take: () => values };
}

function collectTyped(allocate: (length: number) => Float64Array | BigInt64Array): ColumnCollector {
  // the caller gives numbers or bigints as the array takes them
  let values = allocate(1024) as Float64Array;
  let count = 0;
  return {
    add: (value) => {
      if (count === values.length) {
        const grown = allocate(count * 2) as Float64Array;
        grown.set(values);
        values = grown;
      }
      values[count++] = value as number;
    },
    take: () => values.subarray(0, count),
  };
}
