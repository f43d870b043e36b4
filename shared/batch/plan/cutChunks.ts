import { mostChunkBytes } from '../../settings.js';
import { JobFailure } from '../jobFailure.js';
import type { PlanChunk, PlanInput, PlanSegment } from './plan.js';

/** Chunks of a job; as many blocks as a blob can have. */
const mostChunks = 50_000;

/** A large input has larger chunks, about so many. */
const usualChunks = 40_000;

/** Small inputs that share a chunk; their rows are listed in the metadata of its part. */
const mostSegments = 200;

/** Row slices of a Parquet input, as its plan gave them. */
export interface RowSlice {
  readonly rowGroup: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts the inputs into chunks of about `wantedBytes`, in order. Small ones, which were read as a whole, share a chunk.
 * Throws a JobFailure JOB_INPUT_TOO_LARGE.
 */
export function cutChunks(
  inputs: readonly PlanInput[],
  slices: ReadonlyMap<number, readonly RowSlice[]>,
  wantedBytes: number,
): PlanChunk[] {
  const totalBytes = inputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  // few enough for the sets of chunks that cross the orchestration, whatever the input
  const chunkBytes = Math.max(wantedBytes, Math.ceil(totalBytes / usualChunks));
  if (chunkBytes > mostChunkBytes) {
    const most = usualChunks * mostChunkBytes;
    throw new JobFailure(
      'JOB_INPUT_TOO_LARGE',
      `expected inputs of at most ${most} bytes, got ${totalBytes}`,
    );
  }
  const chunks: PlanChunk[] = [];
  let shared: PlanSegment[] = [];
  let sharedBytes = 0;
  const closeShared = () => {
    if (shared.length > 0) chunks.push({ segments: shared, speculative: false });
    shared = [];
    sharedBytes = 0;
  };
  for (const [input, planned] of inputs.entries()) {
    const segments = segmentsOf(input, planned, slices.get(input) ?? [], chunkBytes);
    // one without records must not end the chunk that small ones share
    if (segments.length === 0) continue;
    const [only] = segments;
    if (segments.length === 1 && only && planned.sha256 !== undefined && planned.sizeBytes <= chunkBytes) {
      if (sharedBytes + planned.sizeBytes > chunkBytes || shared.length === mostSegments) closeShared();
      shared.push(only);
      sharedBytes += planned.sizeBytes;
      continue;
    }
    closeShared();
    for (const [at, segment] of segments.entries()) {
      chunks.push({ segments: [segment], speculative: at > 0 && isSpeculative(planned) });
    }
  }
  closeShared();
  if (chunks.length > mostChunks) {
    throw new JobFailure(
      'JOB_INPUT_TOO_LARGE',
      `expected at most ${mostChunks} chunks, the input makes ${chunks.length}`,
    );
  }
  return chunks;
}

/** Whether a cut may fall inside quotes: pieces are cut between records, and JSON Lines have no line breaks inside. */
function isSpeculative({ format, pieces, text }: PlanInput): boolean {
  return (format === 'csv' || format === 'tsv') && pieces === undefined && text?.quote !== -1;
}

function segmentsOf(
  input: number,
  { pieces, format, sizeBytes, dataStart }: PlanInput,
  slices: readonly RowSlice[],
  chunkBytes: number,
): PlanSegment[] {
  if (format === 'parquet') return slices.map((slice) => ({ input, ...slice }));
  if (pieces) return pieces.map((piece, at) => ({ input, piece: at, from: 0, to: piece.sizeBytes }));
  // elements of an array are told apart from its first byte on: a larger one has pieces
  if (format === 'jsonArray') return [{ input, from: dataStart, to: sizeBytes }];
  const segments: PlanSegment[] = [];
  for (let from = dataStart; from < sizeBytes; from += chunkBytes) {
    segments.push({ input, from, to: Math.min(sizeBytes, from + chunkBytes) });
  }
  return segments;
}
