import { footerLength } from '../../read/parquet/readFooterBytes.js';
import { readFileMetadata, type GroupMetadata } from '../../read/parquet/readFileMetadata.js';

/** Length of the magic that a part begins with. */
const magicBytes = 4;

/** What joining takes of a part. */
export interface PartFooter {
  /** Length of its `rowGroupBytes`. */
  readonly byteLength: number;
  readonly rowGroups: readonly GroupMetadata[];
}

/** Bytes at the end of a part that are no rows: footer, its length and the magic. `tail`: at least the last 8 bytes. */
export function partTailLength(tail: Uint8Array, partBytes: number): number {
  return footerLength(tail, partBytes) + 8;
}

/**
 * The footer of a part out of its last bytes, at least as many as `partTailLength` gives. Parts are written by
 * `encodeParquetPart`: anything else throws a ParquetFault.
 */
export async function readPartFooter(tail: Uint8Array, partBytes: number): Promise<PartFooter> {
  const tailLength = partTailLength(tail, partBytes);
  if (tail.length < tailLength)
    throw new RangeError(`expected the last ${tailLength} bytes, got ${tail.length}`);
  const footer = tail.subarray(tail.length - tailLength, tail.length - 8);
  const { rowGroups } = await readFileMetadata(footer, (columns) => columns.map(({ leaf }) => leaf));
  return { byteLength: partBytes - magicBytes - tailLength, rowGroups };
}
