import { ParquetFault } from './parquetFault.js';

/**
 * Parquet's hybrid of run lengths and bit-packed groups, read in order. Values that are passed over are not made, and a
 * run never gives more than is asked for, whatever length it claims. Throws ParquetFaults.
 */
export class RunLengths {
  readonly #bytes: Uint8Array;
  readonly #width: number;
  #at: number;
  /** Values left of the run. */
  #left = 0;
  #isPacked = false;
  #value = 0;
  /** Of the next packed value. */
  #bit = 0;

  /** `width`: bits per value, at most 32. */
  constructor(bytes: Uint8Array, start: number, width: number) {
    if (width > 32) throw new ParquetFault(`values have ${width} bits`);
    this.#bytes = bytes;
    this.#at = start;
    this.#width = width;
  }

  /** Writes the next values to [from, to) of `out`. */
  fill(out: Uint8Array | Int32Array, from: number, to: number): void {
    for (let i = from; i < to;) {
      this.#nextRun();
      const end = i + Math.min(this.#left, to - i);
      this.#left -= end - i;
      if (this.#isPacked) {
        this.#needBits((end - i) * this.#width);
        while (i < end) out[i++] = this.#packed();
      } else {
        out.fill(this.#value, i, end);
        i = end;
      }
    }
  }

  /** Passes over values. */
  skip(count: number): void {
    for (let rest = count; rest > 0;) {
      this.#nextRun();
      const part = Math.min(this.#left, rest);
      this.#left -= part;
      rest -= part;
      if (!this.#isPacked) continue;
      this.#needBits(part * this.#width);
      this.#bit += part * this.#width;
    }
  }

  /** Passes over values of one bit and gives how many are set. */
  count(count: number): number {
    let set = 0;
    for (let rest = count; rest > 0;) {
      this.#nextRun();
      const part = Math.min(this.#left, rest);
      this.#left -= part;
      rest -= part;
      if (this.#isPacked) {
        this.#needBits(part * this.#width);
        for (let i = 0; i < part; i++) set += this.#packed();
      } else set += part * this.#value;
    }
    return set;
  }

  #nextRun(): void {
    while (this.#left === 0) {
      if (this.#isPacked) this.#at = Math.ceil(this.#bit / 8);
      const header = this.#varint();
      this.#isPacked = header % 2 === 1;
      this.#left = Math.floor(header / 2) * (this.#isPacked ? 8 : 1);
      if (this.#isPacked) this.#bit = this.#at * 8;
      else this.#value = this.#repeated();
    }
  }

  #repeated(): number {
    let value = 0;
    for (let shift = 0; shift < this.#width; shift += 8) value |= this.#byte() << shift;
    return this.#width < 32 && value >>> this.#width !== 0 ? fail() : value;
  }

  /** The next packed value; the bits are there. */
  #packed(): number {
    const bytes = this.#bytes;
    const at = this.#bit >>> 3;
    const shift = this.#bit & 7;
    const width = this.#width;
    this.#bit += width;
    if (width === 0) return 0;
    // bytes behind the end are undefined, which counts as 0 here
    const low =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    if (width + shift <= 32) return width === 32 ? low : (low >>> shift) & ((1 << width) - 1);
    const value = (low >>> shift) | ((bytes[at + 4] as number) << (32 - shift));
    return width === 32 ? value : value & ((1 << width) - 1);
  }

  #needBits(bits: number): void {
    if (this.#bit + bits > this.#bytes.length * 8) fail();
  }

  #varint(): number {
    let value = 0;
    for (let weight = 1; weight < 2 ** 35; weight *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
    }
    return fail();
  }

  #byte(): number {
    return this.#at < this.#bytes.length ? (this.#bytes[this.#at++] as number) : fail();
  }
}

function fail(): never {
  throw new ParquetFault('run lengths do not fit the page');
}
