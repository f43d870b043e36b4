import type { BatchContext } from './batchContext.js';
import type { JobRecord } from './job.js';
import { updateJob } from './jobStore.js';
import { frozenAt } from './parts/frozenAt.js';
import { listParts } from './parts/listParts.js';
import { settle } from './parts/settle.js';
import { readPlan } from './plan/planStore.js';

/**
 * Freezes what an ended job shows: the chunks that are settled now. Called when the state is written already, so that no
 * row that somebody saw before the end is left out. Gives the record as it is then. Throws as `updateJob`.
 */
export async function freezeJob({ store }: BatchContext, job: JobRecord): Promise<JobRecord> {
  if (job.frozen) return job;
  const plan = await readPlan(store, job);
  const frozen = frozenAt(plan && settle(plan, await listParts(store, job.id)));
  return (await updateJob(store, job.id, (now) => (now.frozen ? undefined : { ...now, frozen }))).job;
}
