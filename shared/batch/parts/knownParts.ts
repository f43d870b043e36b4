import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { JobCache } from '../jobCache.js';
import { isTerminal } from '../state.js';
import { listParts } from './listParts.js';
import type { PartFacts } from './partFacts.js';

/**
 * A listing costs the main thread 0.1 ms for each part. Those who ask how far a job is share one for a hundred times as
 * long, at most for two seconds.
 */
const keptMsPerPart = 10;
const mostKeptMs = 2000;

interface Kept {
  readonly isFinal: boolean;
  readonly parts: Promise<readonly PartFacts[]>;
  /** Until when it will do; for ever once the job has ended. */
  untilMs: number;
}

const listed = new JobCache<Kept>();

/**
 * The parts of a job, for showing it. Parts do not change: what is shown of a running job is never wrong, only late by
 * two seconds at the most, and all of it is shown when the job has ended. Who decides by the parts lists them anew.
 */
export function knownParts({ store, clock }: BatchContext, job: JobRecord): Promise<readonly PartFacts[]> {
  const known = listed.get(store, job);
  const isFinal = isTerminal(job.state) && job.frozen !== undefined;
  if (known?.isFinal === isFinal && clock.nowMs() < known.untilMs) return known.parts;
  const parts = listParts(store, job.id);
  const kept: Kept = { isFinal, parts, untilMs: Infinity };
  listed.set(store, job, kept);
  parts.then(
    ({ length }) => {
      kept.untilMs = isFinal ? Infinity : clock.nowMs() + Math.min(length * keptMsPerPart, mostKeptMs);
    },
    () => {
      if (listed.get(store, job) === kept) listed.delete(store, job.id);
    },
  );
  return parts;
}
