import type { BatchContext } from '../batchContext.js';
import { jobStages, type JobRecord, type RowCounts } from '../job.js';
import { countRows } from '../parts/settle.js';
import { isTerminal } from '../state.js';
import { shownChunks, type ShownChunks } from './shownChunks.js';

/** When a client that polls should ask again. */
export const pollAfterS = 1;

/** A job as it is answered, and when it was last seen to do something. */
export interface JobView {
  readonly view: object;
  readonly lastSignMs: number;
}

/** The answer about one job: state, counts, rate, expected end, stages and links. */
export async function jobView(context: BatchContext, job: JobRecord): Promise<JobView> {
  const nowMs = context.clock.wallMs();
  const ended = isTerminal(job.state);
  // an ended job says all of it in its record
  const shown = ended && job.frozen ? undefined : await shownChunks(context, job);
  const counts = job.frozen?.counts ?? (shown ? countRows(shown.settlement) : none);
  const { id, state, createdMs, origin, spec, models, fault, rerunOf, history, stages } = job;
  const view = {
    id,
    state,
    ...(fault === undefined ? {} : { fault }),
    created: stamp(createdMs),
    ...(ended ? { ended: stamp(history.at(-1)?.atMs ?? createdMs) } : {}),
    origin,
    ...(rerunOf === undefined ? {} : { rerunOf }),
    models: models.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
    counts,
    ...(shown ? { progress: progressOf(shown, counts, stages.planned ?? createdMs, nowMs) } : {}),
    parallelCount: spec.parallelCount,
    ...(shown ? { lanes: shown.plan.lanes } : {}),
    stages: stageTimes(job),
    links: linksOf(id),
  };
  return { view, lastSignMs: lastSignOf(job, shown) };
}

/** When a job was last seen to do something. */
export function lastSignOf(
  { history, createdMs, restartedMs = 0, stages }: JobRecord,
  shown: Pick<ShownChunks, 'lastPartMs'> | undefined,
): number {
  const endMs = history.at(-1)?.atMs ?? createdMs;
  return Math.max(endMs, restartedMs, ...Object.values(stages), shown?.lastPartMs ?? 0);
}

/** Where everything about a job is found. */
export function linksOf(jobId: string): Record<string, string> {
  const self = `/jobs/${jobId}`;
  const below = ['results', 'errors', 'manifest', 'log', 'cancel', 'rerun'];
  return { self, ...Object.fromEntries(below.map((name) => [name, `${self}/${name}`])) };
}

const none: RowCounts = { rows: 0, succeeded: 0, failed: 0 };

const stamp = (ms: number) => new Date(ms).toISOString();

function progressOf(
  { plan, settlement, partCount }: ShownChunks,
  counts: RowCounts,
  sinceMs: number,
  nowMs: number,
) {
  const total = plan.chunks.length;
  const seconds = Math.max(0.001, (nowMs - sinceMs) / 1000);
  const rowsPerSecond = Math.round(counts.rows / plan.targets.length / seconds);
  // by chunks, which are about equal: rows are not known before they are read
  const etaSeconds =
    partCount === 0 ? null : Math.ceil((seconds * (total - Math.min(partCount, total))) / partCount);
  return {
    chunks: total,
    chunksScored: partCount,
    chunksSettled: settlement.chunks.length,
    rowsPerSecond,
    etaSeconds,
  };
}

/** Milliseconds that each stage took, in order. */
function stageTimes({ createdMs, stages }: JobRecord): Record<string, number> {
  const times: Record<string, number> = {};
  let sinceMs = createdMs;
  for (const stage of jobStages) {
    const atMs = stages[stage];
    if (atMs === undefined) continue;
    times[`${stage}Ms`] = atMs - sinceMs;
    sinceMs = atMs;
  }
  return times;
}
