import { readDeltaLengths, readDeltaNumbers } from './deltaNumbers.js';
import { mostPageBytes } from './pageHeader.js';
import type { FromBytes, PageValues } from './pageValues.js';
import { ParquetFault } from './parquetFault.js';

/** Whole numbers by their differences. */
export function deltaNumberValues(bytes: Uint8Array, isInt32: boolean): PageValues {
  const { values } = readDeltaNumbers(bytes, 0);
  return listed(values.length, (i) => {
    const value = values[i] as bigint;
    return isInt32 ? Number(BigInt.asIntN(32, value)) : value;
  });
}

/** Lengths by their differences, then the bytes of all values. */
export function deltaLengthValues(bytes: Uint8Array, fromBytes: FromBytes): PageValues {
  const { lengths, end } = readDeltaLengths(bytes, 0, bytes.length);
  const ends = new Int32Array(lengths.length);
  let at = end;
  for (let i = 0; i < lengths.length; i++) ends[i] = at += lengths[i] as number;
  if (at > bytes.length) fail();
  return listed(lengths.length, (i) => {
    const valueEnd = ends[i] as number;
    return fromBytes(bytes, valueEnd - (lengths[i] as number), valueEnd);
  });
}

/** How much of the value before is kept, then what follows it. */
export function deltaByteValues(bytes: Uint8Array, fromBytes: FromBytes): PageValues {
  const prefixes = readDeltaLengths(bytes, 0, mostPageBytes);
  const suffixes = readDeltaLengths(bytes, prefixes.end, bytes.length);
  const count = prefixes.lengths.length;
  if (suffixes.lengths.length !== count) fail();
  let at = suffixes.end;
  let value = new Uint8Array(256);
  let length = 0;
  return listed(count, (i) => {
    const prefix = prefixes.lengths[i] as number;
    const suffix = suffixes.lengths[i] as number;
    if (prefix > length || at + suffix > bytes.length) fail();
    length = prefix + suffix;
    if (length > value.length) {
      const longer = new Uint8Array(2 * length);
      longer.set(value.subarray(0, prefix));
      value = longer;
    }
    value.set(bytes.subarray(at, at + suffix), prefix);
    at += suffix;
    return fromBytes(value, 0, length);
  });
}

/** Values that are made one after the other. */
function listed(total: number, make: (i: number) => unknown): PageValues {
  let row = 0;
  return {
    skip(count) {
      if (row + count > total) fail();
      for (const end = row + count; row < end; row++) make(row);
    },
    take(count, out, to) {
      if (row + count > total) fail();
      for (let i = to; i < to + count; i++, row++) (out as unknown[])[i] = make(row);
    },
  };
}

function fail(): never {
  throw new ParquetFault('the differences of a page do not fit its values');
}
