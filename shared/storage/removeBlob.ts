import { ScoringError } from '../errors/scoringError.js';
import { quotedEtag } from './blobFacts.js';
import { shownBlob } from './blobName.js';
import type { OpenBlob } from './openBlob.js';
import { hasStatus } from './storageFault.js';
import type { Try } from './tries.js';

/**
 * Removes a blob and its snapshots; that there is none is no error. Throws SCORE_ERR_STORAGE_CHANGED where the blob is not
 * in the state `ifMatch`, and as `Tries.run`.
 */
export function removeBlob(
  { blob, client, tries }: OpenBlob,
  signal: AbortSignal | undefined,
  ifMatch: string | undefined,
): Promise<void> {
  const conditions = ifMatch === undefined ? {} : { ifMatch: quotedEtag(ifMatch) };
  return tries.run({ name: `remove ${shownBlob(blob)}`, signal }, async (one) => {
    try {
      await client.delete({ abortSignal: one.signal, deleteSnapshots: 'include', conditions });
    } catch (error) {
      if (hasStatus(error, 412)) {
        // also the answer of a blob that is gone, which a lost answer to this call may have been about
        if (!(await isThere(client, one))) return;
        throw new ScoringError(
          'SCORE_ERR_STORAGE_CHANGED',
          `blob ${shownBlob(blob)} was overwritten meanwhile`,
        );
      }
      if (!hasStatus(error, 404)) throw error;
    }
  });
}

async function isThere(client: OpenBlob['client'], one: Try): Promise<boolean> {
  try {
    await client.getProperties({ abortSignal: one.signal });
    return true;
  } catch (error) {
    if (hasStatus(error, 404)) return false;
    throw error;
  }
}
