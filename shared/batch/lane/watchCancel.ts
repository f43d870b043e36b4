import type { Clock } from '../../clock.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';

/** How often a running lane looks for the marker: a cancelled job stops within a second. */
const lookEveryMs = 500;

/** What a lane is aborted with when its job was cancelled. */
export class JobCanceled extends Error {}

/**
 * Looks for the cancel marker of a job while a lane runs; `onCanceled` is called once. Gives a function that ends the
 * watch. Storage that does not answer is no cancel.
 */
export function watchCancel(
  store: BlobStore,
  marker: BlobAddress,
  clock: Clock,
  onCanceled: () => void,
): () => void {
  let ended = false;
  let callOff = (): void => undefined;
  const look = async (): Promise<void> => {
    const found = await store.find(marker).catch(() => undefined);
    if (ended) return;
    if (found) onCanceled();
    else callOff = clock.after(lookEveryMs, () => void look());
  };
  callOff = clock.after(lookEveryMs, () => void look());
  return () => {
    ended = true;
    callOff();
  };
}
