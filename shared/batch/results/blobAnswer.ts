import { ScoringError } from '../../errors/scoringError.js';
import type { HttpAnswer } from '../../http/httpCall.js';
import type { BlobAddress } from '../../storage/blobStore.js';
import type { BatchContext } from '../batchContext.js';

/** A signed link lives so long: enough to begin a download, too short to be passed on. */
const linkLifetimeMs = 15 * 60_000;

/** Most bytes that leave through the app at once (design, section 6). */
export const mostRangeBytes = 16 * 2 ** 20;

/** A stored file, and how much of it is asked for. */
interface BlobFile {
  readonly blob: BlobAddress;
  /** Name that a browser saves it under. */
  readonly fileName: string;
  /** The header `Range`. */
  readonly range: string | undefined;
}

/**
 * A blob as an answer: a redirect to a short-lived link of storage, or, where no links leave the account, the bytes, in
 * ranges of at most 16 MiB; undefined when there is no such blob, which a redirect may not find out. Throws
 * SCORE_ERR_RESULT_RANGE for a large file without a range.
 */
export async function blobAnswer(
  { store, settings }: Pick<BatchContext, 'store' | 'settings'>,
  { blob, fileName, range }: BlobFile,
): Promise<HttpAnswer | undefined> {
  if (settings.resultLinks) {
    const location = await store.link(blob, { permission: 'read', lifetimeMs: linkLifetimeMs, fileName });
    if (location !== undefined) return { status: 307, headers: { location, 'cache-control': 'no-store' } };
  }
  const facts = await store.find(blob);
  if (!facts) return undefined;
  const { sizeBytes, contentType = 'application/octet-stream', etag } = facts;
  const wanted = rangeOf(range, sizeBytes);
  if (!wanted && sizeBytes > mostRangeBytes) {
    const message = `the file has ${sizeBytes} bytes; ask with a Range header for at most ${mostRangeBytes} at once`;
    throw new ScoringError('SCORE_ERR_RESULT_RANGE', message);
  }
  const { from, to } = wanted ?? { from: 0, to: sizeBytes };
  const body = await store.readRange(blob, from, to, { ifMatch: etag });
  const headers = { 'content-type': contentType, etag, 'accept-ranges': 'bytes' };
  if (!wanted) return { status: 200, headers, body };
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${to - 1}/${sizeBytes}` },
    body,
  };
}

/** A single range (RFC 9110, 14.2), cut to what may leave at once; others are answered as if there were none. */
function rangeOf(header: string | undefined, sizeBytes: number): { from: number; to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  return from < to ? { from, to: Math.min(to, from + mostRangeBytes) } : undefined;
}
