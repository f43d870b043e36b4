import type { Clock } from '../clock.js';
import { ScoringError } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import type { Log } from '../log.js';
import { isBlobAddress, isContainerName, noSuchBlob } from './blobName.js';
import type { BlobAddress, BlobStore } from './blobStore.js';
import { commitBlocks, stageBlock } from './blockWrites.js';
import { parseConnection } from './connection.js';
import { findBlob } from './findBlob.js';
import { lazily } from './lazily.js';
import { listBlobs } from './listBlobs.js';
import { makeContainer } from './makeContainer.js';
import type { OpenBlob } from './openBlob.js';
import { putBlob } from './putBlob.js';
import { readBlobRange } from './readBlobRange.js';
import { MAX_READ_BYTES, readWholeBlob } from './readWholeBlob.js';
import { removeBlob } from './removeBlob.js';
import { setBlobMetadata } from './setBlobMetadata.js';
import { streamBlob } from './streamBlob.js';
import { Tries } from './tries.js';

export interface BlobStoreOptions {
  /** Connection string of the account, or its blob endpoint; then managed identity. A secret. */
  readonly connection: string;
  /** Picks one of several managed identities. */
  readonly identityClientId?: string;
  readonly clock: Clock;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly log: Log;
}

/** Opens the data account. The storage client is loaded by the first call, which takes 0.1 s. Throws SCORE_ERR_SETTING. */
export function openBlobStore(options: BlobStoreOptions): BlobStore {
  const { clock, identityClientId } = options;
  const connection = parseConnection(options.connection);
  const tries = new Tries(options);
  const account = lazily(async () => {
    const { openSdkAccount } = await import('./sdkAccount.js');
    return openSdkAccount(connection, identityClientId);
  });
  const signer = lazily(async () => {
    const { LinkSigner } = await import('./linkSigner.js');
    return new LinkSigner(await account(), tries, clock);
  });
  const sender = lazily(async () => {
    const { QueueSender } = await import('./queueSender.js');
    return new QueueSender(connection, await account(), tries);
  });
  const open = async (blob: BlobAddress): Promise<OpenBlob> => {
    if (!isBlobAddress(blob)) throw noSuchBlob(blob);
    const container = (await account()).blobs.getContainerClient(blob.container);
    return { blob, container, client: container.getBlockBlobClient(blob.name), tries, clock };
  };

  return {
    async find(blob, signal) {
      return isBlobAddress(blob) ? findBlob(await open(blob), signal) : undefined;
    },
    async read(blob, readOptions = {}) {
      return isBlobAddress(blob) ? readWholeBlob(await open(blob), readOptions) : undefined;
    },
    async readRange(blob, from, to, readOptions = {}) {
      if (to - from > MAX_READ_BYTES)
        throw new RangeError(`at most ${MAX_READ_BYTES} bytes are read at once`);
      if (from >= to) return new Uint8Array(0);
      const range = { ...readOptions, from, to, maxBytes: to - from };
      return (await readBlobRange(await open(blob), range)).bytes;
    },
    async *stream(blob, streamOptions = {}) {
      yield* streamBlob(await open(blob), streamOptions);
    },
    async put(blob, bytes, putOptions = {}) {
      return putBlob(await open(blob), bytes, putOptions);
    },
    async stageBlock(blob, blockId, bytes, signal) {
      await stageBlock(await open(blob), blockId, bytes, signal);
    },
    async commitBlocks(blob, blockIds, putOptions = {}) {
      return commitBlocks(await open(blob), blockIds, putOptions);
    },
    async setMetadata(blob, metadata, when) {
      return isBlobAddress(blob) ? setBlobMetadata(await open(blob), metadata, when) : undefined;
    },
    async remove(blob, signal, ifMatch) {
      if (isBlobAddress(blob)) await removeBlob(await open(blob), signal, ifMatch);
    },
    async list(container, prefix, listOptions = {}) {
      if (!isContainerName(container)) return { blobs: [] };
      return listBlobs(tries, (await account()).blobs.getContainerClient(container), prefix, listOptions);
    },
    async link(blob, linkOptions) {
      const { container } = await open(blob);
      if (linkOptions.permission === 'write') await makeContainer(tries, container);
      return (await signer()).sign(blob, linkOptions);
    },
    async enqueue(queue, text, signal) {
      if (!isContainerName(queue)) {
        const shown = shownName(queue);
        throw new ScoringError('SCORE_ERR_STORAGE_REFUSED', `no queue can have the name '${shown}'`);
      }
      await (await sender()).send(queue, text, signal);
    },
  };
}
