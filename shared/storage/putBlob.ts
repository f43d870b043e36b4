import { shownBlob } from './blobName.js';
import type { PutOptions } from './blobStore.js';
import { conditionalWrite, type WriteOutcome } from './conditionalWrite.js';
import type { OpenBlob } from './openBlob.js';
import { withContainer } from './withContainer.js';

/** Writes a blob in one call. `bytes` must stay as they are until it ends. Throws as `Tries.run`. */
export function putBlob(open: OpenBlob, bytes: Uint8Array, options: PutOptions): Promise<WriteOutcome> {
  const { blob, client, container } = open;
  const { contentType, signal } = options;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const call = { name: `write ${shownBlob(blob)}`, maxBytes: body.length, signal };
  return conditionalWrite(open, call, options, (metadata, conditions, one) =>
    withContainer(container, one, () =>
      client.upload(body, body.length, {
        abortSignal: one.signal,
        metadata,
        conditions,
        ...(contentType === undefined ? {} : { blobHTTPHeaders: { blobContentType: contentType } }),
      }),
    ),
  );
}
