import { constants, createGunzip } from 'node:zlib';
import { asGzipFault, refuseNested } from './gunzip.js';

/**
 * The first bytes of a gzip's text, at most `maxBytes`, from the first bytes of the gzip; that these are cut does not
 * matter. Throws a JobFailure JOB_INPUT_FORMAT for what is no gzip, is damaged or holds gzip again.
 */
export async function inflateHead(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const inflater = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  inflater.end(bytes);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch (error) {
    throw asGzipFault(error);
  }
  const head = new Uint8Array(Buffer.concat(chunks).subarray(0, maxBytes));
  refuseNested(head);
  return head;
}
