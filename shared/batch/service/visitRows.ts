import { releaseBytes } from '../../releaseBytes.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { JobFailure } from '../jobFailure.js';
import { JobPaths } from '../jobPaths.js';
import { jobNotFound } from '../jobStore.js';
import { chunkErrors, readPart } from '../join/groupBytes.js';
import type { SettledChunk } from '../parts/settle.js';
import { errorsOfRows } from '../results/errorsOfRows.js';
import type { ShownChunks } from '../results/shownChunks.js';
import { Turns } from './turns.js';

/** Takes the rows of a job in their order. */
export interface RowVisitor {
  /** A result: bytes [start, end) of a part, a JSON object. */
  row(part: Uint8Array, start: number, end: number): void;
  /** An error row, as JSON. */
  error(text: string): void;
}

interface ChunkRows {
  readonly chunk: SettledChunk;
  readonly part: Uint8Array<ArrayBuffer>;
  /** Error rows by row of the job. */
  readonly errors: ReadonlyMap<number, string>;
}

/** Chunks that are read ahead of the one that is visited. */
const aheadChunks = 4;
const lineFeed = 0x0a;
/** What a row takes beside its bytes, as if it were bytes. */
const rowCost = 256;
const errorCost = 2048;

/**
 * Gives rows [0, toRow) of a job with one result as JSON Lines, which are settled, to the visitor. Leaves the event loop
 * free in between. Throws SCORE_ERR_JOB_NOT_FOUND for a job that is being removed, and what the visitor throws.
 */
export async function visitRows(
  context: Pick<BatchContext, 'store'>,
  job: JobRecord,
  shown: ShownChunks,
  toRow: number,
  visitor: RowVisitor,
): Promise<void> {
  const turns = new Turns();
  const chunks = shown.settlement.chunks.filter(({ firstRow }) => firstRow < toRow);
  const reads = readAhead(chunks, (chunk) => readChunk(context, job, shown, chunk));
  for await (const { chunk, part, errors } of reads) {
    const { firstRow } = chunk;
    const endRow = Math.min(toRow, firstRow + rowsOf(chunk));
    let at = 0;
    for (let row = firstRow; row < endRow; row++) {
      const error = errors.get(row);
      if (error === undefined) {
        const end = part.indexOf(lineFeed, at);
        visitor.row(part, at, end);
        if (turns.areDue(end - at + rowCost)) await turns.take();
        at = end + 1;
      } else {
        visitor.error(error);
        if (turns.areDue(errorCost)) await turns.take();
      }
    }
    releaseBytes(part);
  }
}

/** The error rows among rows [from, to), which are settled; by row of the job. Throws as `visitRows`. */
export async function errorsWithin(
  context: Pick<BatchContext, 'store'>,
  job: JobRecord,
  { plan, settlement }: ShownChunks,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const chunk of settlement.chunks) {
    if (chunk.firstRow >= to || chunk.firstRow + rowsOf(chunk) <= from || chunk.parts[0]?.failed === 0)
      continue;
    const lines = await gone(job, chunkErrors(context.store, new JobPaths(job.id), plan, chunk, 0));
    for (const [row, text] of (await errorsOfRows(lines, from, to)).errors) found.set(row, text);
  }
  return found;
}

async function readChunk(
  { store }: Pick<BatchContext, 'store'>,
  job: JobRecord,
  { plan }: ShownChunks,
  chunk: SettledChunk,
): Promise<ChunkRows> {
  const paths = new JobPaths(job.id);
  const [part, lines] = await gone(
    job,
    Promise.all([readPart(store, paths, chunk, 0), chunkErrors(store, paths, plan, chunk, 0)]),
  );
  return { chunk, part, errors: (await errorsOfRows(lines, 0, Infinity)).errors };
}

async function* readAhead<T, R>(list: readonly T[], read: (one: T) => Promise<R>): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for (const one of list) {
    const reading = read(one);
    // it is awaited in its turn, unless another one ends the work before
    reading.catch(() => undefined);
    underWay.push(reading);
    if (underWay.length > aheadChunks) yield await (underWay.shift() as Promise<R>);
  }
  for (const reading of underWay) yield await reading;
}

/** Parts go away with their job alone. */
async function gone<T>(job: JobRecord, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof JobFailure ? jobNotFound(job.id) : error;
  }
}

const rowsOf = ({ parts: [part] }: SettledChunk) => (part ? part.succeeded + part.failed : 0);
