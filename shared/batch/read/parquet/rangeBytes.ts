import { ParquetFault } from './parquetFault.js';
import type { FileRange } from './chunkStretches.js';

/** The ranges of a file that were read. */
export class RangeBytes {
  readonly #ranges: readonly { readonly offset: number; readonly bytes: Uint8Array }[];

  constructor(ranges: readonly { readonly offset: number; readonly bytes: Uint8Array }[]) {
    this.#ranges = ranges;
  }

  /** A view of bytes of the file. Throws a ParquetFault when they were not read. */
  view({ offset, length }: FileRange): Uint8Array {
    for (const { offset: start, bytes } of this.#ranges) {
      if (offset >= start && offset + length <= start + bytes.length) {
        return bytes.subarray(offset - start, offset - start + length);
      }
    }
    throw new ParquetFault(`bytes ${offset} to ${offset + length} were not read`);
  }
}
