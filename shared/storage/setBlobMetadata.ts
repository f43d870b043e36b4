import { ScoringError } from '../errors/scoringError.js';
import { noSuchBlob, shownBlob } from './blobName.js';
import { conditionalWrite, type WriteOutcome } from './conditionalWrite.js';
import type { OpenBlob } from './openBlob.js';
import { hasStatus } from './storageFault.js';

/** Replaces the metadata of a blob; undefined when there is none, with `when` 'conflict'. Throws as `Tries.run`. */
export async function setBlobMetadata(
  open: OpenBlob,
  metadata: Readonly<Record<string, string>>,
  when: { readonly etag: string } | undefined,
): Promise<WriteOutcome | undefined> {
  const { blob, client } = open;
  const call = { name: `change the metadata of ${shownBlob(blob)}` };
  const options = { metadata, ...(when && { when }) };
  try {
    return await conditionalWrite(open, call, options, async (all, conditions, one) => {
      try {
        return await client.setMetadata(all, { abortSignal: one.signal, conditions });
      } catch (error) {
        throw hasStatus(error, 404) && !when ? noSuchBlob(blob) : error;
      }
    });
  } catch (error) {
    if (error instanceof ScoringError && error.code === 'SCORE_ERR_STORAGE_NOT_FOUND') return undefined;
    throw error;
  }
}
