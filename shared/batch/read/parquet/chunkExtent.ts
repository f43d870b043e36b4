import { ParquetFault } from './parquetFault.js';
import type { ChunkMetadata } from './chunkMetadata.js';

/** Where a column chunk lies: bytes [start, end) of the file. */
export interface ChunkExtent {
  readonly start: number;
  readonly end: number;
}

/** Where a chunk lies, checked against the place of the footer. Throws a ParquetFault. */
export function chunkExtent(chunk: ChunkMetadata, footerOffset: number): ChunkExtent {
  const { dataOffset, dictionaryOffset, compressedBytes } = chunk;
  const hasDictionary = dictionaryOffset > 0 && dictionaryOffset < dataOffset;
  const start = hasDictionary ? dictionaryOffset : dataOffset;
  const end = start + compressedBytes;
  if (start < 4 || end > footerOffset) {
    throw new ParquetFault(`its bytes ${start} to ${end} do not lie between the magic and the footer`);
  }
  return { start, end };
}
