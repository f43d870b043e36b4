import { ScoringError } from '../../errors/scoringError.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { listParts } from '../parts/listParts.js';
import { settle, type Settlement } from '../parts/settle.js';
import { readPlan } from '../plan/planStore.js';
import type { BatchPlan } from '../plan/plan.js';
import { isTerminal } from '../state.js';

/** The plan of a job and what of its results is shown: the settled chunks, of an ended job the frozen ones. */
export interface ShownChunks {
  readonly plan: BatchPlan;
  readonly settlement: Settlement;
  /** When the last part was written; 0: none. */
  readonly lastPartMs: number;
  /** Chunks that have a part, settled or not. */
  readonly partCount: number;
}

/** Undefined before the job has a plan. */
export async function shownChunks({ store }: BatchContext, job: JobRecord): Promise<ShownChunks | undefined> {
  const plan = await readPlan(store, job.id);
  if (!plan) return undefined;
  const parts = await listParts(store, job.id);
  const settlement = settle(plan, parts, isTerminal(job.state) ? (job.frozen?.chunks ?? 0) : Infinity);
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
