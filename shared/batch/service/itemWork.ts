import type { JobRecord } from '../job.js';
import { mostItems } from './findItems.js';

/** Rows of a chunk where there are many. */
const usualRows = 64;

/** Chunks that each lane has at least, and a batch, where there are rows for them. */
const chunksPerLane = 2;
const leastChunks = 32;

/** More are not worth their parts. */
const mostChunks = 256;

/**
 * How a batch of a service is cut, where that is otherwise than for other jobs. Its chunks are small ones: whoever asks
 * for `parallelCount` lanes has them even for a few records, and sees results while the others are being scored. A row
 * is run by itself, as in a call of its own, so that both give the same digits; of large frames many are run at once.
 */
export function itemWork({ items, spec: { input, parallelCount } }: JobRecord): {
  /** Bytes that a chunk has at most. */
  readonly chunkBytes: number;
  /** Rows of a run; undefined: as many as are quick. */
  readonly runRows: number | undefined;
} {
  if (!items || input.kind !== 'body') return { chunkBytes: Infinity, runRows: undefined };
  const wanted = Math.max(
    leastChunks,
    chunksPerLane * parallelCount,
    Math.min(mostChunks, Math.ceil(items.rows / usualRows)),
  );
  return {
    chunkBytes: Math.max(1, Math.ceil(input.sizeBytes / wanted)),
    runRows: items.rows <= mostItems ? 1 : undefined,
  };
}
