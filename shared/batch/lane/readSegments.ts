import { ScoringError } from '../../errors/scoringError.js';
import { limiter } from '../../limiter.js';
import type { BlobStore } from '../../storage/blobStore.js';
import { asInputFault } from '../jobFaults.js';
import type { BatchPlan, PlanChunk, PlanInput, PlanSegment } from '../plan/plan.js';
import { footerOfSlice, sliceRanges } from '../read/parquet/sliceRanges.js';
import type { ParquetSegment, SegmentTask, TextSegment } from './chunkTask.js';

/** What is read beyond the end of a segment at first, to finish its last record. */
export const firstOverlapBytes = 64 * 1024;

/** Blobs of a shared chunk that are read at once. */
const atOnce = 8;

/**
 * The bytes of a chunk's segments, with `overlapBytes` behind each. An input that is gone or was overwritten ends the
 * job: throws JobFailures JOB_INPUT_MISSING and JOB_INPUT_CHANGED.
 */
export async function readSegments(
  store: BlobStore,
  plan: BatchPlan,
  { segments }: PlanChunk,
  overlapBytes: number,
  signal: AbortSignal,
): Promise<SegmentTask[]> {
  const limited = limiter(atOnce);
  return Promise.all(
    segments.map((segment) =>
      limited(async () => {
        const input = plan.inputs[segment.input] as PlanInput;
        try {
          return input.format === 'parquet'
            ? await readSlice(store, plan, input, segment, signal)
            : await readText(store, plan, input, segment, overlapBytes, signal);
        } catch (error) {
          throw asInputFault(await asGone(store, error, input), input.name);
        }
      }),
    ),
  );
}

async function readText(
  store: BlobStore,
  plan: BatchPlan,
  input: PlanInput,
  { piece, from, to }: PlanSegment,
  overlapBytes: number,
  signal: AbortSignal,
): Promise<TextSegment> {
  const source =
    piece === undefined ? input : (input.pieces?.[piece] as NonNullable<PlanInput['pieces']>[number]);
  const dataStart = piece === undefined ? input.dataStart : 0;
  const text = input.text as NonNullable<PlanInput['text']>;
  // one character before, which tells whether a record begins at `from`
  const windowStart = Math.max(dataStart, from - (text.encoding === 'utf-8' ? 1 : 2));
  const windowEnd = Math.min(source.sizeBytes, to + overlapBytes);
  const bytes = await store.readRange(source.blob, windowStart, windowEnd, { ifMatch: source.etag, signal });
  const header = input.header === undefined ? undefined : (plan.headers[input.header] as readonly string[]);
  return {
    kind: 'text',
    format: formatOf(input, piece !== undefined),
    text,
    from,
    to,
    dataStart,
    windowStart,
    bytes,
    endsInput: windowEnd === source.sizeBytes,
    ...(header === undefined ? {} : { header }),
  };
}

/** Pieces of an array are JSON Lines. */
function formatOf({ format }: PlanInput, isPiece: boolean): TextSegment['format'] {
  if (format === 'jsonLines') return 'jsonLines';
  if (format === 'jsonArray') return isPiece ? 'jsonLines' : 'jsonArray';
  return 'csv';
}

async function readSlice(
  store: BlobStore,
  plan: BatchPlan,
  { blob, etag, parquet }: PlanInput,
  { rowGroup = 0, from, to }: PlanSegment,
  signal: AbortSignal,
): Promise<ParquetSegment> {
  const layout = parquet as NonNullable<PlanInput['parquet']>;
  const ranges = sliceRanges(layout, plan.parquetColumns, { rowGroup, from, to });
  const read = await Promise.all(
    ranges.map(async ({ offset, length }) => ({
      offset,
      bytes: await store.readRange(blob, offset, offset + length, { ifMatch: etag, signal }),
    })),
  );
  return { kind: 'parquet', footer: footerOfSlice(layout, rowGroup), rowGroup, from, to, ranges: read };
}

/** Storage may say of a blob that is gone that it changed, where one state of it was asked for. */
async function asGone(store: BlobStore, error: unknown, { blob, name }: PlanInput): Promise<unknown> {
  if (!(error instanceof ScoringError) || error.code !== 'SCORE_ERR_STORAGE_CHANGED') return error;
  if (await store.find(blob)) return error;
  return new ScoringError('SCORE_ERR_STORAGE_NOT_FOUND', `there is no blob '${name}'`, { cause: error });
}
