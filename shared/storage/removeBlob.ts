import { shownBlob } from './blobName.js';
import type { OpenBlob } from './openBlob.js';
import { hasStatus } from './storageFault.js';

/** Removes a blob and its snapshots; that there is none is no error. Throws as `Tries.run`. */
export function removeBlob(
  { blob, client, tries }: OpenBlob,
  signal: AbortSignal | undefined,
): Promise<void> {
  return tries.run({ name: `remove ${shownBlob(blob)}`, signal }, async (one) => {
    try {
      await client.delete({ abortSignal: one.signal, deleteSnapshots: 'include' });
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  });
}
