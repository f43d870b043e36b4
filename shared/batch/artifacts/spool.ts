import { ScoringError } from '../../errors/scoringError.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';

/** Bytes per block of a stored file; a block blob has at most 50,000. */
const blockBytes = 4 * 2 ** 20;

export interface SpoolOptions {
  readonly blob: BlobAddress;
  readonly contentType: string;
  /** Up to this size the bytes stay in memory. */
  readonly mostDirectBytes: number;
  readonly mostBytes: number;
  /** Makes the ids of the blocks differ from those of others who write the same blob. */
  readonly newId: () => string;
}

/**
 * Takes a stream whose size nobody knows yet: gives its bytes while they are few, else writes them to a blob as they come,
 * and gives 'stored'. A blob that is there already stays. Throws SCORE_ERR_ARTIFACT_TOO_LARGE over `mostBytes`; then
 * nothing is visible in storage.
 */
export async function spool(
  store: BlobStore,
  chunks: AsyncIterable<Uint8Array>,
  { blob, contentType, mostDirectBytes, mostBytes, newId }: SpoolOptions,
): Promise<Uint8Array | 'stored'> {
  const id = newId();
  const blockIds: string[] = [];
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let allBytes = 0;
  const stageHeld = async () => {
    const bytes = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    for (let at = 0; at < bytes.length; at += blockBytes) {
      const blockId = `${id}-${String(blockIds.length).padStart(6, '0')}`;
      await store.stageBlock(blob, blockId, bytes.subarray(at, at + blockBytes));
      blockIds.push(blockId);
    }
  };
  for await (const chunk of chunks) {
    allBytes += chunk.length;
    if (allBytes > mostBytes) {
      const message = `the artifacts are over ${mostBytes / 2 ** 20} MiB; ask for fewer items with from and count`;
      throw new ScoringError('SCORE_ERR_ARTIFACT_TOO_LARGE', message);
    }
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes >= blockBytes && allBytes > mostDirectBytes) await stageHeld();
  }
  if (allBytes <= mostDirectBytes) return Buffer.concat(held);
  await stageHeld();
  await commit(store, blob, blockIds, contentType);
  return 'stored';
}

async function commit(
  store: BlobStore,
  blob: BlobAddress,
  blockIds: readonly string[],
  contentType: string,
): Promise<void> {
  try {
    await store.commitBlocks(blob, blockIds, { when: 'absent', contentType });
  } catch (error) {
    const wasDiscarded = error instanceof ScoringError && error.code === 'SCORE_ERR_STORAGE_CHANGED';
    // somebody else has made the same blob meanwhile
    if (!wasDiscarded || !(await store.find(blob))) throw error;
  }
}
