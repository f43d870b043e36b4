import { shownBlob } from './blobName.js';
import type { PutOptions } from './blobStore.js';
import { conditionalWrite, type WriteOutcome } from './conditionalWrite.js';
import type { OpenBlob } from './openBlob.js';
import { withContainer } from './withContainer.js';

/** Puts a block beside the blob. `bytes` must stay as they are until it ends. Throws as `Tries.run`. */
export async function stageBlock(
  { blob, client, container, tries }: OpenBlob,
  blockId: string,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const call = { name: `write a block of ${shownBlob(blob)}`, maxBytes: body.length, signal };
  await tries.run(call, (one) =>
    withContainer(container, one, () =>
      client.stageBlock(storedId(blockId), body, body.length, { abortSignal: one.signal }),
    ),
  );
}

/**
 * Makes the blob of staged blocks. Throws SCORE_ERR_STORAGE_CHANGED when a block is not there, which happens too when
 * another write of the blob discarded it, and as `Tries.run`.
 */
export function commitBlocks(
  open: OpenBlob,
  blockIds: readonly string[],
  options: PutOptions,
): Promise<WriteOutcome> {
  const { blob, client, container } = open;
  const { contentType, signal } = options;
  const call = { name: `commit ${shownBlob(blob)}`, signal };
  return conditionalWrite(open, call, options, (metadata, conditions, one) =>
    withContainer(container, one, () =>
      client.commitBlockList(blockIds.map(storedId), {
        abortSignal: one.signal,
        metadata,
        conditions,
        ...(contentType === undefined ? {} : { blobHTTPHeaders: { blobContentType: contentType } }),
      }),
    ),
  );
}

/** Storage takes base64 alone. */
function storedId(blockId: string): string {
  return Buffer.from(blockId).toString('base64');
}
