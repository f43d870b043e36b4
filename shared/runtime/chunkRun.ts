import type {
  ChunkDone,
  ChunkNeedsMore,
  ChunkTask,
  SegmentTask,
  TargetDone,
} from '../batch/lane/chunkTask.js';
import { csvEnds } from '../batch/read/csv/csvEnds.js';
import { openReader } from '../batch/read/openReader.js';
import type { ReadStop } from '../batch/read/recordReader.js';
import { chunkDigest } from './chunkDigest.js';
import type { ModelRunner } from './modelRuns.js';
import { Pacer, Step } from './pacer.js';
import { TargetRun } from './targetRun.js';

/** What was read of a chunk; the same for each of its targets. */
interface ChunkReading {
  readonly records: number[];
  stop?: ReadStop & { readonly segment: number };
}

/**
 * Reads, scores and encodes a chunk on a worker thread. The same chunk gives the same bytes, however often `pause` was
 * awaited in between; what `pause` throws ends the work. `runnersOf`: the sessions of a target's models.
 *
 * Throws JOB_RESULT_TOO_LARGE, and what the readers throw.
 */
export async function runChunk(
  task: ChunkTask,
  runnersOf: (target: number) => readonly ModelRunner[],
  pause: () => Promise<void>,
): Promise<ChunkDone | ChunkNeedsMore> {
  const pacer = new Pacer(pause);
  const read = new Step();
  const encode = new Step();
  const allRuns: Step[] = [];
  const targets: TargetDone[] = [];
  let reading: ChunkReading = { records: [] };
  for (const [i, target] of task.targets.entries()) {
    const runs = target.models.map(() => new Step());
    allRuns.push(...runs);
    const run = new TargetRun(task, target, runnersOf(i), pacer, { read, runs, encode });
    const outcome = await readAll(task, run, pacer, read);
    if ('needsMore' in outcome) return outcome;
    reading = outcome;
    targets.push(await run.finish());
  }
  const ends = await endsOf(task.segments, pacer);
  return {
    targets,
    ...reading,
    ends,
    sha256: await chunkDigest(task.segments, pacer),
    readMs: read.totalMs,
    runMs: allRuns.reduce((sum, step) => sum + step.totalMs, 0),
    encodeMs: encode.totalMs,
  };
}

/** Gives the records of all segments to the target, up to where reading has to stop. */
async function readAll(
  { segments, startState }: ChunkTask,
  run: TargetRun,
  pacer: Pacer,
  step: Step,
): Promise<ChunkReading | ChunkNeedsMore> {
  const reading: ChunkReading = { records: segments.map(() => 0) };
  for (const [i, segment] of segments.entries()) {
    await pacer.pause();
    const openedMs = performance.now();
    const reader = await openReader(segment, startState, run.want);
    step.totalMs += performance.now() - openedMs;
    for (;;) {
      const rows = await pacer.some(step, run.room);
      const startMs = performance.now();
      const block = reader.read(rows);
      pacer.did(step, block?.records ?? 1, startMs);
      if (reader.needsMore) return { needsMore: i };
      if (!block) break;
      (reading.records[i] as number) += block.records;
      await run.add(i, block);
    }
    if (reader.stop) return { ...reading, stop: { ...reader.stop, segment: i } };
  }
  return reading;
}

/** Only a part of one CSV input can begin or end within quotes. */
async function endsOf(segments: readonly SegmentTask[], pacer: Pacer): Promise<ChunkDone['ends']> {
  const [only] = segments;
  if (segments.length !== 1 || only?.kind !== 'text' || only.format !== 'csv') return { o: 'o', q: 'q' };
  await pacer.pause();
  return csvEnds(only);
}
