import { systemClock } from '../../shared/clock.js';
import { openBlobStore } from '../../shared/storage/azureBlobStore.js';
import type { BlobAddress, BlobStore } from '../../shared/storage/blobStore.js';
import { startAzurite } from '../../test/support/azurite.js';

/** A storage server in a process of its own, with its content in memory. */
export interface BenchStorage {
  readonly connectionString: string;
  readonly pid: number;
  readonly store: BlobStore;
  stop(): Promise<void>;
}

export async function startStorage(): Promise<BenchStorage> {
  const steps: (() => void | Promise<void>)[] = [];
  const { connectionString, pid } = await startAzurite({ after: (step) => steps.push(step) });
  const log = { info: () => undefined, warn: console.warn, error: console.error };
  const store = openBlobStore({ connection: connectionString, clock: systemClock, log, random: Math.random });
  const stop = async (): Promise<void> => {
    for (const step of steps.reverse()) await step();
  };
  return { connectionString, pid, store, stop };
}

const blockBytes = 8 * 2 ** 20;

/** Puts a blob of the given buffers, one after the other, in blocks. */
export async function putBlocks(
  store: BlobStore,
  blob: BlobAddress,
  buffers: readonly Buffer[],
): Promise<void> {
  const blockIds: string[] = [];
  for (const buffer of buffers) {
    for (let from = 0; from < buffer.length; from += blockBytes) {
      const blockId = `block-${String(blockIds.length).padStart(6, '0')}`;
      await store.stageBlock(blob, blockId, buffer.subarray(from, from + blockBytes));
      blockIds.push(blockId);
    }
  }
  await store.commitBlocks(blob, blockIds);
}
