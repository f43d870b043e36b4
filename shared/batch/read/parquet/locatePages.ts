import type { ChunkExtent } from './chunkExtent.js';
import type { ChunkMetadata } from './chunkMetadata.js';
import { readOffsetIndex } from './offsetIndex.js';
import type { PageBudget, PagePlaces } from './pagePlaces.js';
import type { ReadBytes } from './readFooterBytes.js';
import { walkPages } from './walkPages.js';

/**
 * Where the pages of a chunk lie: by the offset index, or by a walk over the page headers where the file has none. Gives
 * the event loop its turns. Throws ParquetFaults, and what `read` throws.
 */
export async function locatePages(
  read: ReadBytes,
  chunk: ChunkMetadata,
  extent: ChunkExtent,
  rows: number,
  budget: PageBudget,
): Promise<PagePlaces> {
  if (chunk.indexBytes > 0) return readOffsetIndex(read, chunk, extent, rows, budget);
  return walkPages(read, extent, rows, budget);
}
