import { open } from 'node:fs/promises';
import path from 'node:path';
import { listAll, type BlobAddress, type BlobStore } from '../storage/blobStore.js';
import type { PublishedFile, PublishedManifest } from '../models/published/manifest.js';
import { modelsContainer, publishedFileBlob, publishFolder } from '../models/published/publishedPaths.js';

/** Bytes of one block; held in memory while it is written. */
const blockBytes = 4 * 2 ** 20;

/** A publish as it lies in the container. */
export interface PublishPlace {
  readonly name: string;
  readonly version: string;
  readonly publishId: string;
}

/** Writes the files of a publish into its own folder of the container. Throws SCORE_ERR_STORAGE_*. */
export async function storeFiles(
  store: BlobStore,
  { name, version, publishId }: PublishPlace,
  dir: string,
  files: readonly PublishedFile[],
): Promise<void> {
  for (const file of files) {
    await storeFile(store, publishedFileBlob(name, version, publishId, file.name), path.join(dir, file.name));
  }
}

/** Removes the files of a publish that did not come to its end. */
export async function removeFiles(
  store: BlobStore,
  { name, version, publishId }: PublishPlace,
): Promise<void> {
  for await (const blob of listAll(store, modelsContainer, publishFolder(name, version, publishId))) {
    await store.remove({ container: modelsContainer, name: blob.name });
  }
}

async function storeFile(store: BlobStore, blob: BlobAddress, filePath: string): Promise<void> {
  const file = await open(filePath);
  // one array for all blocks: each is with storage when the next one is read
  const block = new Uint8Array(blockBytes);
  try {
    const blockIds: string[] = [];
    for (let from = 0; ; from += blockBytes) {
      const bytesRead = await readFully(file, block, from);
      if (bytesRead === 0) break;
      const blockId = String(blockIds.length).padStart(6, '0');
      await store.stageBlock(blob, blockId, block.subarray(0, bytesRead));
      blockIds.push(blockId);
      if (bytesRead < blockBytes) break;
    }
    if (blockIds.length === 0) await store.put(blob, new Uint8Array(0));
    else await store.commitBlocks(blob, blockIds);
  } finally {
    await file.close();
  }
}

type OpenFile = Awaited<ReturnType<typeof open>>;

async function readFully(file: OpenFile, into: Uint8Array, from: number): Promise<number> {
  let count = 0;
  while (count < into.length) {
    const { bytesRead } = await file.read(into, count, into.length - count, from + count);
    if (bytesRead === 0) break;
    count += bytesRead;
  }
  return count;
}

/** The bytes of a manifest. */
export function manifestBytes(manifest: PublishedManifest): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(manifest));
}
