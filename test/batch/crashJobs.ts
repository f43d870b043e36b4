import { gzipSync } from 'node:zlib';
import type { BlobStore } from '../../shared/storage/blobStore.js';
import { quotedInput } from './quotedInput.js';

/** A job as it is sent. */
export interface CrashJob {
  readonly query: string;
  /** Records, or the description of a job. */
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly rows: number;
  readonly chunks: number;
}

/** Bytes of a chunk of these jobs, for WARMSTART_CHUNK_BYTES. */
export const crashChunkBytes = 96 * 1024;

export const crashChunks = 40;

/** A job of 40 chunks in about 4 MB of CSV, whose text is joined to the result. */
function crashJob(isQuoted: boolean, gzip: boolean, rowsOfChunk: number): CrashJob {
  const rows = crashChunks * rowsOfChunk;
  const { csv } = quotedInput({ rows, noteBytes: crashChunkBytes / rowsOfChunk - 8, isQuoted });
  const text = Buffer.from(csv);
  return {
    query: `service=medium&join=note&parallelCount=4${gzip ? '&format=csv&gzip=true' : ''}`,
    body: gzip ? gzipSync(text) : text,
    headers: { 'content-type': gzip ? 'application/gzip' : 'text/csv' },
    rows,
    chunks: crashChunks,
  };
}

/** A row of the model `medium` takes 5 ms of a thread. */
const usualRows = 6;

/** Plain; cut inside quotes, so that guesses are wrong and chunks are repaired; unpacked first. */
export const crashJobs = {
  plain: (rowsOfChunk = usualRows) => crashJob(false, false, rowsOfChunk),
  quoted: (rowsOfChunk = usualRows) => crashJob(true, false, rowsOfChunk),
  gzip: (rowsOfChunk = usualRows) => crashJob(true, true, rowsOfChunk),
} as const;

/** A blob of 70 MiB that is joined to its result, which is too large to be put together in one step. */
export async function joinedJob(store: BlobStore): Promise<CrashJob> {
  const rows = 9000;
  const { csv } = quotedInput({ rows, noteBytes: 8192, isQuoted: true });
  const blob = 'large/notes.csv';
  await store.put({ container: 'uploads', name: blob }, Buffer.from(csv), { contentType: 'text/csv' });
  const spec = { service: 'int64-identity', join: ['note'], parallelCount: 4, input: { blob } };
  return {
    query: '',
    body: JSON.stringify(spec),
    headers: { 'content-type': 'application/json' },
    rows,
    chunks: Math.ceil(csv.length / 2 ** 20),
  };
}
