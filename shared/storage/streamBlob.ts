import type { ReadOptions } from './blobStore.js';
import type { OpenBlob } from './openBlob.js';
import { readBlobRange, type BlobRange } from './readBlobRange.js';

const PIECE_BYTES = 4 * 2 ** 20;

/** The bytes of a blob in order, in pieces of 4 MiB, the next one fetched ahead. Throws as `readBlobRange`. */
export async function* streamBlob(
  open: OpenBlob,
  options: ReadOptions & { readonly from?: number; readonly to?: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { from = 0, to = Infinity } = options;
  if (from >= to) return;
  const leaving = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, leaving.signal]) : leaving.signal;
  const fetch = (at: number, ifMatch: string | undefined): Promise<BlobRange> => {
    const maxBytes = Math.min(PIECE_BYTES, to - at);
    const piece = readBlobRange(open, { from: at, to: at + maxBytes, maxBytes, ifMatch, signal });
    // whoever takes the pieces may be busy with the one before when this one fails
    piece.catch(() => undefined);
    return piece;
  };
  try {
    let ahead: Promise<BlobRange> | undefined = fetch(from, options.ifMatch);
    for (let at = from; ahead !== undefined;) {
      const piece: BlobRange = await ahead;
      at += piece.bytes.length;
      const end = Math.min(to, piece.facts?.sizeBytes ?? at);
      ahead = at < end ? fetch(at, piece.facts?.etag) : undefined;
      if (piece.bytes.length > 0) yield piece.bytes;
    }
  } finally {
    leaving.abort();
  }
}
