import { ParquetFault } from './parquetFault.js';

/** Types of the compact protocol of Thrift, as far as they are named here. */
export const thriftType = { yes: 1, no: 2, binary: 8, list: 9, struct: 12 } as const;

/** A field of the struct that is being read; `next` moves it on. */
export interface ThriftField {
  id: number;
  type: number;
}

const mostDepth = 32;

/** Elements that are read between two turns of the event loop. */
const mostSteps = 200_000;

/**
 * Reads Thrift's compact protocol, in which Parquet writes footers and page headers. Allocates nothing in proportion to
 * what the bytes claim. Every call throws a ParquetFault where the bytes make no sense, with `needsMore` where they end.
 */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #steps = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get offset(): number {
    return this.#at;
  }

  /** Elements read since the last call of `rested`; beyond a limit reading fails. */
  get steps(): number {
    return this.#steps;
  }

  /** The event loop had a turn. */
  rested(): void {
    this.#steps = 0;
  }

  /** Moves to the next field of a struct; begin with `{ id: 0, type: 0 }`. False at the end of the struct. */
  next(field: ThriftField): boolean {
    const byte = this.#byte();
    field.type = byte & 0x0f;
    if (field.type === 0) return false;
    const step = byte >>> 4;
    field.id = step === 0 ? this.integer() : field.id + step;
    return true;
  }

  /** Reads a struct; `take` consumes the value of a field and gives true, or gives false to have it skipped. */
  struct(take: (field: ThriftField) => boolean): void {
    const field = { id: 0, type: 0 };
    while (this.next(field)) if (!take(field)) this.skip(field.type);
  }

  /** An integer of any width. */
  integer(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  byte(): number {
    return (this.#byte() << 24) >> 24;
  }

  /** A view of the bytes of a text or blob. */
  binary(): Uint8Array {
    const length = this.#varint();
    const start = this.#at;
    this.#move(length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** The type and number of the elements of a list. */
  list(): { readonly type: number; readonly size: number } {
    const byte = this.#byte();
    const short = byte >>> 4;
    const size = short === 15 ? this.#varint() : short;
    if (size > this.#end - this.#at)
      throw new ParquetFault(`a list of ${size} elements is cut`, { needsMore: true });
    return { type: byte & 0x0f, size };
  }

  skip(type: number, depth = 0): void {
    if (depth > mostDepth) throw new ParquetFault(`structures are over ${mostDepth} levels deep`);
    switch (type) {
      case 1:
      case 2:
        return;
      case 3:
        this.#move(1);
        return;
      case 4:
      case 5:
      case 6:
        this.#skipVarint();
        return;
      case 7:
        this.#move(8);
        return;
      case 8:
        this.#move(this.#varint());
        return;
      case 9:
      case 10: {
        const { type: element, size } = this.list();
        for (let i = 0; i < size; i++) this.#skipElement(element, depth);
        return;
      }
      case 11: {
        const size = this.#varint();
        const types = size === 0 ? 0 : this.#byte();
        for (let i = 0; i < size; i++) {
          this.#skipElement(types >>> 4, depth);
          this.#skipElement(types & 0x0f, depth);
        }
        return;
      }
      case 12: {
        const field = { id: 0, type: 0 };
        while (this.next(field)) this.skip(field.type, depth + 1);
        return;
      }
      case 13:
        this.#move(16);
        return;
      default:
        throw new ParquetFault(`there is no type ${type}`);
    }
  }

  /** Booleans take a byte of their own in lists and maps. */
  #skipElement(type: number, depth: number): void {
    if (type === 1 || type === 2) this.#move(1);
    else this.skip(type, depth + 1);
    this.#step();
  }

  #byte(): number {
    this.#step();
    if (this.#at >= this.#end)
      throw new ParquetFault('the bytes end within a structure', { needsMore: true });
    return this.#bytes[this.#at++] as number;
  }

  #varint(): number {
    let value = 0;
    let weight = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      weight *= 128;
    }
    throw new ParquetFault('a number is out of range');
  }

  #skipVarint(): void {
    for (let i = 0; i < 10; i++) if (this.#byte() < 0x80) return;
    throw new ParquetFault('a number is out of range');
  }

  #move(length: number): void {
    if (length > this.#end - this.#at) {
      throw new ParquetFault(`${length} bytes are expected, there are ${this.#end - this.#at}`, {
        needsMore: true,
      });
    }
    this.#at += length;
  }

  #step(): void {
    if (++this.#steps > mostSteps) throw new ParquetFault(`a structure has over ${mostSteps} elements`);
  }
}
