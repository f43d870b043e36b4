import type { Physical } from './parquetFooter.js';

/** Stored values of one column: numbers as they are, truth values as 0 and 1, what is stored as bytes converted. */
export type ValueArray = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array | unknown[];

/** Bytes of a stored value of fixed size that stands in an array of its own type; undefined for others. */
export function numberWidth(physical: Physical): number | undefined {
  switch (physical) {
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    default:
      return undefined;
  }
}

/** An array for values of a type. */
export function allocateValues(physical: Physical, length: number): ValueArray {
  switch (physical) {
    case 'BOOLEAN':
      return new Uint8Array(length);
    case 'INT32':
      return new Int32Array(length);
    case 'INT64':
      return new BigInt64Array(length);
    case 'FLOAT':
      return new Float32Array(length);
    case 'DOUBLE':
      return new Float64Array(length);
    default:
      return new Array<unknown>(length);
  }
}
