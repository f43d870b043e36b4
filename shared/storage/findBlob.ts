import { blobFacts } from './blobFacts.js';
import { shownBlob } from './blobName.js';
import type { BlobFacts } from './blobStore.js';
import type { OpenBlob } from './openBlob.js';
import { hasStatus } from './storageFault.js';

/** The facts of a blob; undefined when there is none. Throws as `Tries.run`. */
export function findBlob(
  { blob, client, tries }: OpenBlob,
  signal: AbortSignal | undefined,
): Promise<BlobFacts | undefined> {
  return tries.run({ name: `look at ${shownBlob(blob)}`, signal }, async (one) => {
    try {
      const found = await client.getProperties({ abortSignal: one.signal });
      return blobFacts(found, found.contentLength ?? 0);
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  });
}
