import { ScoringError } from '../errors/scoringError.js';
import type { BlobFacts, ReadOptions } from './blobStore.js';
import type { OpenBlob } from './openBlob.js';
import { readBlobRange } from './readBlobRange.js';

/** What is read at most at once. */
export const MAX_READ_BYTES = 64 * 2 ** 20;

/** How often a blob may be overwritten while it is read. */
const MAX_TURNS = 5;

/** All of a blob in one state; undefined when there is none. Throws as `readBlobRange`. */
export async function readWholeBlob(
  open: OpenBlob,
  options: ReadOptions & { readonly maxBytes?: number },
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly facts: BlobFacts } | undefined> {
  const { ifMatch, signal, maxBytes = MAX_READ_BYTES } = options;
  for (let turn = 1; ; turn += 1) {
    try {
      const { bytes, facts } = await readBlobRange(open, { from: 0, maxBytes, ifMatch, signal });
      return facts && { bytes, facts };
    } catch (error) {
      const code = error instanceof ScoringError ? error.code : undefined;
      if (code === 'SCORE_ERR_STORAGE_NOT_FOUND') return undefined;
      // the body was cut and the blob overwritten since; where any state will do, the new one is read
      const isNewState = code === 'SCORE_ERR_STORAGE_CHANGED' && ifMatch === undefined;
      if (!isNewState || turn === MAX_TURNS) throw error;
    }
  }
}
