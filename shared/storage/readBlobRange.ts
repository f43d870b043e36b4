import type { BlobDownloadResponseParsed } from '@azure/storage-blob';
import { ScoringError } from '../errors/scoringError.js';
import { blobFacts, quotedEtag } from './blobFacts.js';
import { noSuchBlob, shownBlob } from './blobName.js';
import type { BlobAddress, BlobFacts } from './blobStore.js';
import { freeBuffers } from './freeBuffers.js';
import type { OpenBlob } from './openBlob.js';
import { receiveBody } from './receiveBody.js';
import { watchForStall, type StallWatch } from './stallWatch.js';
import { hasStatus, TryEnded } from './storageFault.js';
import type { Try } from './tries.js';

export interface RangeRequest {
  readonly from: number;
  /** Exclusive; undefined: to the end of the blob. */
  readonly to?: number;
  readonly maxBytes: number;
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BlobRange {
  /** Owns all of its buffer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Undefined when the range begins at or beyond the end of the blob. */
  readonly facts?: BlobFacts;
}

/** Bytes that have come, and the state of the blob that they are of. */
interface Received {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly facts: BlobFacts;
  count: number;
}

/**
 * Reads a range. A body that is cut or stalls is taken up where it ended, in the same state of the blob.
 * Throws SCORE_ERR_STORAGE_CHANGED, SCORE_ERR_STORAGE_NOT_FOUND, SCORE_ERR_STORAGE_TOO_LARGE, and as `Tries.run`.
 */
export function readBlobRange(open: OpenBlob, request: RangeRequest): Promise<BlobRange> {
  const { blob, tries, clock } = open;
  const { maxBytes, signal } = request;
  let received: Received | undefined;
  return tries.run({ name: `read ${shownBlob(blob)}`, maxBytes, signal }, async (one) => {
    if (received === undefined || received.count < received.bytes.length) {
      const watch = watchForStall(one, clock);
      try {
        const answer = await ask(open, request, received, one);
        if (answer === 'beyond the end') return { bytes: new Uint8Array(0) };
        received ??= begin(blob, request, answer, one);
        await receive(answer, received, one, watch);
      } finally {
        watch.stop();
      }
    }
    return { bytes: received.bytes, facts: received.facts };
  });
}

async function ask(
  { blob, client }: OpenBlob,
  request: RangeRequest,
  received: Received | undefined,
  one: Try,
): Promise<BlobDownloadResponseParsed | 'beyond the end'> {
  const at = request.from + (received?.count ?? 0);
  const to = received ? request.from + received.bytes.length : request.to;
  const etag = received?.facts.etag ?? request.ifMatch;
  const conditions = etag === undefined ? {} : { ifMatch: quotedEtag(etag) };
  const changed = (): ScoringError =>
    new ScoringError('SCORE_ERR_STORAGE_CHANGED', `blob ${shownBlob(blob)} was overwritten meanwhile`);
  try {
    const count = to === undefined ? undefined : to - at;
    const answer = await client.download(at, count, {
      abortSignal: one.signal,
      conditions,
      maxRetryRequests: 0,
    });
    // a body that breaks off before somebody listens would end the process
    answer.readableStreamBody?.on('error', () => undefined);
    // the answer of a try that was given up belongs to nobody
    one.signal.throwIfAborted();
    if (received && quotedEtag(answer.etag ?? '') !== received.facts.etag) throw changed();
    const isWhole = at === 0 && to === undefined;
    if (!isWhole && answer.contentRange?.startsWith(`bytes ${at}-`) !== true) {
      throw new TryEnded('the answer is of another range');
    }
    return answer;
  } catch (error) {
    if (hasStatus(error, 404)) throw noSuchBlob(blob);
    if (hasStatus(error, 412)) throw changed();
    if (!hasStatus(error, 416)) throw error;
    // the range is judged before the condition
    if (etag !== undefined) await expectState(client, etag, one, changed);
    if (received) throw changed();
    return 'beyond the end';
  }
}

async function expectState(
  client: OpenBlob['client'],
  etag: string,
  one: Try,
  changed: () => ScoringError,
): Promise<void> {
  try {
    await client.getProperties({
      abortSignal: one.signal,
      conditions: { ifMatch: quotedEtag(etag) },
    });
  } catch (error) {
    throw hasStatus(error, 412) || hasStatus(error, 404) ? changed() : error;
  }
}

async function receive(
  answer: BlobDownloadResponseParsed,
  into: Received,
  one: Try,
  watch: StallWatch,
): Promise<void> {
  // Node has the body as a stream
  await receiveBody(answer.readableStreamBody as NodeJS.ReadableStream, one, (chunk) => {
    watch.touch();
    if (into.count + chunk.length > into.bytes.length) return false;
    into.bytes.set(chunk, into.count);
    into.count += chunk.length;
    freeBuffers(chunk.length);
    return true;
  });
  if (into.count < into.bytes.length) throw new TryEnded('the body is shorter than announced');
}

function begin(
  blob: BlobAddress,
  { maxBytes }: RangeRequest,
  answer: BlobDownloadResponseParsed,
  one: Try,
): Received {
  const length = answer.contentLength ?? 0;
  if (length > maxBytes) {
    const error = new ScoringError(
      'SCORE_ERR_STORAGE_TOO_LARGE',
      `blob ${shownBlob(blob)} has ${length} bytes; at most ${maxBytes} are read at once`,
    );
    one.end(error);
    throw error;
  }
  const [, total] = /\/(\d+)$/.exec(answer.contentRange ?? '') ?? [];
  const { etag, lastModified, contentType, metadata } = answer;
  const contentMD5 = total === undefined ? answer.contentMD5 : answer.blobContentMD5;
  const sizeBytes = total === undefined ? length : Number(total);
  return {
    // not filled with zeros first: it is given away only when every byte has come
    bytes: new Uint8Array(Buffer.allocUnsafeSlow(length).buffer),
    facts: blobFacts({ etag, lastModified, contentType, metadata, contentMD5 }, sizeBytes),
    count: 0,
  };
}
