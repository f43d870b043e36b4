import { ParquetFault } from './parquetFault.js';
import { RunLengths } from './runLengths.js';
import type { ValueArray } from './valueArray.js';

/** The values of a page that are not null, in order. Throws ParquetFaults. */
export interface PageValues {
  skip(count: number): void;
  /** Writes the next values to [at, at + count) of `out`. */
  take(count: number, out: ValueArray, at: number): void;
}

/** What the bytes of one value stand for. */
export type FromBytes = (bytes: Uint8Array, start: number, end: number) => unknown;

/** Numbers one behind the other, as they lie in memory. */
export function plainNumbers(bytes: Uint8Array, width: number): PageValues {
  let at = 0;
  return {
    skip(count) {
      at += count * width;
    },
    take(count, out, to) {
      const end = at + count * width;
      if (end > bytes.length) fail();
      // number arrays only; a page need not be aligned
      const { buffer, byteOffset } = out as Float64Array;
      new Uint8Array(buffer, byteOffset).set(bytes.subarray(at, end), to * width);
      at = end;
    },
  };
}

/** One bit per truth value. */
export function plainBooleans(bytes: Uint8Array): PageValues {
  let bit = 0;
  return {
    skip(count) {
      bit += count;
    },
    take(count, out, to) {
      if (bit + count > bytes.length * 8) fail();
      const flags = out as Uint8Array;
      for (let i = to; i < to + count; i++, bit++)
        flags[i] = ((bytes[bit >>> 3] as number) >>> (bit & 7)) & 1;
    },
  };
}

/** Values of a fixed number of bytes. */
export function plainFixed(bytes: Uint8Array, width: number, fromBytes: FromBytes): PageValues {
  let at = 0;
  return {
    skip(count) {
      at += count * width;
    },
    take(count, out, to) {
      if (at + count * width > bytes.length) fail();
      for (let i = to; i < to + count; i++, at += width)
        (out as unknown[])[i] = fromBytes(bytes, at, at + width);
    },
  };
}

/** Values behind their lengths. */
export function plainBytes(bytes: Uint8Array, fromBytes: FromBytes): PageValues {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const lengthAt = () => {
    if (at + 4 > bytes.length) fail();
    const length = view.getUint32(at, true);
    at += 4;
    return at + length > bytes.length ? fail() : length;
  };
  return {
    skip(count) {
      for (let i = 0; i < count; i++) {
        // not `at += lengthAt()`, which would add to the place before the length
        const length = lengthAt();
        at += length;
      }
    },
    take(count, out, to) {
      for (let i = to; i < to + count; i++) {
        const length = lengthAt();
        (out as unknown[])[i] = fromBytes(bytes, at, at + length);
        at += length;
      }
    },
  };
}

/** Places in a dictionary: a byte with their width, then run lengths. */
export function dictionaryValues(bytes: Uint8Array, dictionary: ValueArray | undefined): PageValues {
  if (!dictionary) throw new ParquetFault('a page needs a dictionary, and there is none');
  // a page of nulls has no places and need not have a width
  const places = new RunLengths(bytes, 1, bytes[0] ?? 0);
  return {
    skip(count) {
      places.skip(count);
    },
    take(count, out, to) {
      const found = new Int32Array(count);
      places.fill(found, 0, count);
      for (let i = 0; i < count; i++) {
        const place = found[i] as number;
        if (place < 0 || place >= dictionary.length)
          throw new ParquetFault(`its dictionary has no place ${place}`);
        (out as unknown[])[to + i] = dictionary[place];
      }
    },
  };
}

/** Run lengths of truth values, behind the number of their bytes. */
export function runLengthBooleans(bytes: Uint8Array): PageValues {
  const runs = new RunLengths(bytes, 4, 1);
  return {
    skip(count) {
      runs.skip(count);
    },
    take(count, out, to) {
      runs.fill(out as Uint8Array, to, to + count);
    },
  };
}

/** The first bytes of all values, then the second ones, and so on. */
export function splitBytes(
  bytes: Uint8Array,
  width: number,
  place: (value: Uint8Array, out: ValueArray, at: number) => void,
): PageValues {
  const total = Math.floor(bytes.length / width);
  const value = new Uint8Array(width);
  let row = 0;
  return {
    skip(count) {
      row += count;
    },
    take(count, out, to) {
      if (row + count > total) fail();
      for (let i = to; i < to + count; i++, row++) {
        for (let b = 0; b < width; b++) value[b] = bytes[b * total + row] as number;
        place(value, out, i);
      }
    },
  };
}

function fail(): never {
  throw new ParquetFault('a page is shorter than its values');
}
