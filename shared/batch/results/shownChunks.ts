import { ScoringError } from '../../errors/scoringError.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { freezeJob } from '../freezeJob.js';
import { readJob } from '../jobStore.js';
import { isTerminal } from '../state.js';
import { knownParts } from '../parts/knownParts.js';
import { listParts } from '../parts/listParts.js';
import type { PartFacts } from '../parts/partFacts.js';
import { settle, type Settlement } from '../parts/settle.js';
import { readPlan } from '../plan/planStore.js';
import type { BatchPlan } from '../plan/plan.js';

/** The plan of a job and what of its results is shown: the settled chunks, of an ended job the frozen ones. */
export interface ShownChunks {
  readonly plan: BatchPlan;
  readonly settlement: Settlement;
  /** When the last part was written; 0: none. */
  readonly lastPartMs: number;
  /** Chunks that have a part, settled or not. */
  readonly partCount: number;
}

/**
 * What is shown of a job; undefined before it has a plan. May be late by two seconds while fewer than `rows` are wanted and
 * known: a row that was shown once, also by another instance, is always found.
 */
export async function shownChunks(
  context: BatchContext,
  job: JobRecord,
  rows = 0,
): Promise<ShownChunks | undefined> {
  const plan = await readPlan(context.store, job);
  if (!plan) return undefined;
  const settled = (found: readonly PartFacts[], most = job.frozen?.chunks ?? Infinity) =>
    settle(plan, found, most);
  let parts = await knownParts(context, job);
  let settlement = settled(parts);
  if (settlement.rows < rows && !settlement.isWhole) {
    parts = await listParts(context.store, job.id);
    settlement = settled(parts);
  }
  if (!job.frozen) {
    // a job that ended meanwhile shows what it was frozen with, which may be less than was listed just now
    const now = await readJob(context.store, job.id);
    const frozen = now && isTerminal(now.state) ? (await freezeJob(context, now)).frozen : undefined;
    if (frozen) settlement = settled(parts, frozen.chunks);
  }
  const lastPartMs = parts.reduce((last, { writtenMs }) => Math.max(last, writtenMs), 0);
  return { plan, settlement, lastPartMs, partCount: new Set(parts.map(({ chunk }) => chunk)).size };
}

/**
 * The target that a caller names by its result; the only one when none is named. Throws SCORE_ERR_JOB_OPTION that names
 * the results.
 */
export function targetOf({ targets }: BatchPlan, result: string | undefined): number {
  if (result === undefined && targets.length === 1) return 0;
  const found = targets.findIndex(({ resultName }) => resultName === result);
  if (found >= 0) return found;
  const names = targets.map(({ resultName }) => resultName).join(', ');
  throw new ScoringError('SCORE_ERR_JOB_OPTION', `result: expected one of ${names}`);
}
