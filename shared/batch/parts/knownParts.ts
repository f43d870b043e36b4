import type { BlobStore } from '../../storage/blobStore.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { isTerminal } from '../state.js';
import { listParts } from './listParts.js';
import type { PartFacts } from './partFacts.js';

/** Jobs whose parts are kept. */
const mostJobs = 16;

/**
 * A listing costs the main thread 0.1 ms for each part. Those who ask how far a job is share one for a hundred times as
 * long, at most for two seconds.
 */
const keptMsPerPart = 10;
const mostKeptMs = 2000;

interface Kept {
  readonly createdMs: number;
  readonly isFinal: boolean;
  readonly parts: Promise<readonly PartFacts[]>;
  /** Until when it will do; for ever once the job has ended. */
  untilMs: number;
}

const keptOf = new WeakMap<BlobStore, Map<string, Kept>>();

/**
 * The parts of a job, for showing it. Parts do not change: what is shown of a running job is never wrong, only late by
 * two seconds at the most, and all of it is shown when the job has ended. Who decides by the parts lists them anew.
 */
export function knownParts({ store, clock }: BatchContext, job: JobRecord): Promise<readonly PartFacts[]> {
  const jobs = keptOf.get(store) ?? new Map<string, Kept>();
  keptOf.set(store, jobs);
  const known = jobs.get(job.id);
  const isFinal = isTerminal(job.state) && job.frozen !== undefined;
  const isSame = known?.createdMs === job.createdMs && known.isFinal === isFinal;
  if (isSame && clock.nowMs() < known.untilMs) return known.parts;
  const parts = listParts(store, job.id);
  const kept: Kept = { createdMs: job.createdMs, isFinal, parts, untilMs: Infinity };
  const [oldest] = jobs.keys();
  if (jobs.size >= mostJobs && oldest !== undefined) jobs.delete(oldest);
  jobs.delete(job.id);
  jobs.set(job.id, kept);
  parts.then(
    ({ length }) => {
      kept.untilMs = isFinal ? Infinity : clock.nowMs() + Math.min(length * keptMsPerPart, mostKeptMs);
    },
    () => {
      if (jobs.get(job.id) === kept) jobs.delete(job.id);
    },
  );
  return parts;
}
