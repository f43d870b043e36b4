import { ParquetFault } from './parquetFault.js';

/** Most values of a page: what lies before the wanted ones has to be decoded as well. */
const mostValues = 2 ** 22;
const mostBlock = 2 ** 16;

/** What DELTA_BINARY_PACKED bytes hold, and where they end. */
export interface DeltaNumbers {
  readonly values: BigInt64Array;
  readonly end: number;
}

/** Decodes all values of a DELTA_BINARY_PACKED section; additions wrap at 64 bits. Throws a ParquetFault. */
export function readDeltaNumbers(bytes: Uint8Array, start: number): DeltaNumbers {
  const source = new BitSource(bytes, start);
  const blockSize = Number(source.varint());
  const miniblocks = Number(source.varint());
  const total = Number(source.varint());
  if (total > mostValues)
    throw new ParquetFault(`expected at most ${mostValues} values in a page, it has ${total}`);
  const perMiniblock = blockSize / miniblocks;
  if (
    blockSize > mostBlock ||
    !Number.isInteger(perMiniblock) ||
    perMiniblock % 8 !== 0 ||
    perMiniblock === 0
  ) {
    throw new ParquetFault(`blocks of ${blockSize} values in ${miniblocks} parts cannot be right`);
  }
  const values = new BigInt64Array(total);
  let value = source.zigzag();
  if (total > 0) values[0] = value;
  for (let at = 1; at < total;) {
    const least = source.zigzag();
    const widths = source.take(miniblocks);
    for (let i = 0; i < miniblocks && at < total; i++) {
      const width = widths[i] as number;
      if (width > 64) throw new ParquetFault(`differences have ${width} bits`);
      const packed = source.take((perMiniblock * width) / 8);
      const count = Math.min(perMiniblock, total - at);
      for (let j = 0; j < count; j++) {
        value = BigInt.asIntN(64, value + least + bitsAt(packed, j * width, width));
        values[at++] = value;
      }
    }
  }
  return { values, end: source.at };
}

/** Decodes lengths: numbers that are not negative and together at most `most`. Throws a ParquetFault. */
export function readDeltaLengths(
  bytes: Uint8Array,
  start: number,
  most: number,
): { readonly lengths: Int32Array; readonly end: number } {
  const { values, end } = readDeltaNumbers(bytes, start);
  const lengths = new Int32Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const length = Number(values[i]);
    sum += length;
    if (length < 0 || sum > most) throw new ParquetFault('the lengths of values do not fit the page');
    lengths[i] = length;
  }
  return { lengths, end };
}

function bitsAt(packed: Uint8Array, bit: number, width: number): bigint {
  if (width === 0) return 0n;
  if (width <= 32) return BigInt(smallBitsAt(packed, bit, width));
  const low = smallBitsAt(packed, bit, 32);
  return BigInt(low) | (BigInt(smallBitsAt(packed, bit + 32, width - 32)) << 32n);
}

/** At most 32 bits as a number that is not negative. */
function smallBitsAt(packed: Uint8Array, bit: number, width: number): number {
  let value = 0;
  let weight = 1;
  let left = width;
  for (let at = bit >>> 3, shift = bit & 7; left > 0; at++, shift = 0) {
    const part = Math.min(8 - shift, left);
    value += (((packed[at] as number) >>> shift) & ((1 << part) - 1)) * weight;
    weight *= 2 ** part;
    left -= part;
  }
  return value;
}

class BitSource {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) fail();
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.at++] ?? fail();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return fail();
  }

  zigzag(): bigint {
    const value = this.varint();
    return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
  }
}

function fail(): never {
  throw new ParquetFault('differences do not fit the page');
}
