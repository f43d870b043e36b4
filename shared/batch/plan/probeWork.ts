import { ScoringError } from '../../errors/scoringError.js';
import type { BatchContext } from '../batchContext.js';
import type { ChunkDone } from '../lane/chunkTask.js';
import { ChunkScorer } from '../lane/scoreChunk.js';
import type { RowSlice } from './cutChunks.js';
import type { BatchPlan, PlanInput, PlanSegment } from './plan.js';

/** How a job is cut. */
export interface WorkSize {
  readonly runRows: number;
  readonly chunkBytes: number;
  /** Lanes that there is work for. */
  readonly lanes: number;
}

type UncutPlan = Omit<BatchPlan, 'chunks' | 'runRows' | 'lanes'>;

/** Smaller jobs are not worth a probe. */
const worthProbingBytes = 256 * 1024;

/** First a little, since a row may take long; then enough to tell run sizes apart. */
const smallProbeBytes = 16 * 1024;
const probeBytes = 256 * 1024;
const smallProbeRows = 128;
const probeRows = 2048;

/** Trees are quickest with small runs, dense layers with larger ones. */
const usualRunRows = 64;
const runSizes = [64, 256, 1024];

/** A larger run must be so much quicker. */
const worthwhile = 0.9;

/** A run keeps its thread busy at most so long; a chunk is about so much work. */
const longestRunMs = 25;
const chunkWorkMs = 500;
const smallestChunkBytes = 64 * 1024;

/** A job of few chunks has smaller ones, so that its threads end together, as long as they are still so much work. */
const fewChunks = 24;
const leastChunkWorkMs = 100;

/** A lane is worth its start when it has so much to do; a few are there anyway, to keep the threads busy. */
const laneWorkMs = 500;
const leastLanes = 3;

/** Rows of a chunk, about: all of them may become error rows, which are longer than short rows. */
const mostChunkRows = 250_000;

/** Bytes of a part, about: embeddings are a hundred times as long as the texts that they are of. */
const mostResultBytes = 16 * 2 ** 20;

/** A probe that would take longer is left out. */
const longestProbeMs = 100;

/**
 * Finds the rows of a run and the bytes of a chunk by scoring the first records of a job. What goes wrong with them is
 * left to the lanes, which say it better.
 */
export async function probeWork(
  context: BatchContext,
  plan: UncutPlan,
  slices: ReadonlyMap<number, readonly RowSlice[]>,
): Promise<WorkSize> {
  const { chunkBytes } = context.settings;
  const usual = { runRows: usualRunRows, chunkBytes, lanes: Infinity };
  const totalBytes = plan.inputs.reduce((sum, input) => sum + readBytes(input), 0);
  if (totalBytes < worthProbingBytes) return usual;
  try {
    const small = firstSegment(plan, slices, smallProbeBytes, smallProbeRows);
    const first = small && (await score(context, plan, small, usualRunRows));
    if (!first || first.rows === 0) return usual;
    const cold = { runRows: usualRunRows, runMs: first.runMs / first.rows, workMs: workOf(first) };
    const isQuick = cold.runMs * probeRows < longestProbeMs;
    const { runRows, runMs, workMs } = isQuick ? await bestRun(context, plan, slices, cold) : cold;
    const rowBytes = bytesOf(plan, first.rows, small) / first.rows;
    const bytesOfWork = (ms: number) => Math.max(smallestChunkBytes, (rowBytes * ms) / workMs);
    const fairBytes = Math.max(totalBytes / fewChunks, bytesOfWork(leastChunkWorkMs));
    const resultRowBytes = Math.max(1, first.resultBytes / first.rows);
    const mostRows = Math.min(mostChunkRows, mostResultBytes / resultRowBytes);
    const most = [chunkBytes, fairBytes, bytesOfWork(chunkWorkMs), rowBytes * mostRows];
    return {
      runRows: Math.max(1, Math.min(runRows, Math.floor(longestRunMs / Math.max(runMs, 1e-6)))),
      chunkBytes: Math.round(Math.min(...most)),
      lanes: Math.max(leastLanes, Math.ceil(((totalBytes / rowBytes) * workMs) / laneWorkMs)),
    };
  } catch (error) {
    if (error instanceof ScoringError && error.retryAfterS === undefined) return usual;
    throw error;
  }
}

/** The bytes that are read of an input: those of its pieces, where it was unpacked. */
function readBytes({ sizeBytes, pieces }: PlanInput): number {
  return pieces ? pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0) : sizeBytes;
}

/** What scoring a few records has shown. */
type Probe = Pick<ChunkDone, 'readMs' | 'runMs' | 'encodeMs'> & {
  readonly rows: number;
  readonly resultBytes: number;
};

/** Rows per run, and what a row takes with it, in milliseconds: running it, and all work on it. */
interface RunChoice {
  readonly runRows: number;
  readonly runMs: number;
  readonly workMs: number;
}

async function bestRun(
  context: BatchContext,
  plan: UncutPlan,
  slices: ReadonlyMap<number, readonly RowSlice[]>,
  cold: RunChoice,
): Promise<RunChoice> {
  const segment = firstSegment(plan, slices, probeBytes, probeRows);
  if (!segment) return cold;
  // once for the thread to become warm
  await score(context, plan, segment, usualRunRows);
  let best: RunChoice = { ...cold, runMs: Infinity };
  for (const runRows of runSizes) {
    const probe = await score(context, plan, segment, runRows);
    const runMs = probe.runMs / probe.rows;
    if (probe.rows > 0 && runMs < best.runMs * worthwhile) best = { runRows, runMs, workMs: workOf(probe) };
  }
  return best;
}

const workOf = ({ readMs, runMs, encodeMs, rows }: Probe) => (readMs + runMs + encodeMs) / rows;

/** The first records of the first input that has any. */
function firstSegment(
  { inputs }: UncutPlan,
  slices: ReadonlyMap<number, readonly RowSlice[]>,
  bytes: number,
  rows: number,
): PlanSegment | undefined {
  for (const [input, { format, pieces, dataStart, sizeBytes }] of inputs.entries()) {
    const [slice] = slices.get(input) ?? [];
    const [piece] = pieces ?? [];
    if (format === 'parquet') {
      if (slice) return { input, ...slice, to: Math.min(slice.to, slice.from + rows) };
    } else if (piece) {
      return { input, piece: 0, from: 0, to: Math.min(piece.sizeBytes, bytes) };
    } else if (dataStart < sizeBytes) {
      // the elements of an array are told apart from its first byte on, all of them
      const to = format === 'jsonArray' ? sizeBytes : Math.min(sizeBytes, dataStart + bytes);
      return { input, from: dataStart, to };
    }
  }
  return undefined;
}

/** Bytes of the input that so many rows have taken. */
function bytesOf({ inputs }: UncutPlan, rows: number, { input, from, to }: PlanSegment): number {
  const { format, sizeBytes, parquet } = inputs[input] as UncutPlan['inputs'][number];
  if (format !== 'parquet') return to - from;
  const all = (parquet?.rowGroups ?? []).reduce((sum, group) => sum + group.rows, 0);
  return (sizeBytes * rows) / Math.max(1, all);
}

async function score(
  context: BatchContext,
  plan: UncutPlan,
  segment: PlanSegment,
  runRows: number,
): Promise<Probe> {
  const probe = { ...plan, chunks: [{ segments: [segment], speculative: false }], runRows, lanes: 1 };
  const scorer = await ChunkScorer.open(context, probe, new AbortController().signal);
  const done = await scorer.score(scorer.order(0, 'o'));
  return {
    ...done,
    rows: done.records.reduce((sum, count) => sum + count, 0),
    resultBytes: done.targets.reduce((sum, { part }) => sum + part.length, 0),
  };
}
