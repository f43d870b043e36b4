import type { BatchContext } from './batchContext.js';
import { endJob } from './endJob.js';
import type { JobRecord } from './job.js';
import { JobPaths } from './jobPaths.js';
import { frozenAt } from './parts/frozenAt.js';
import { listParts } from './parts/listParts.js';
import { settle } from './parts/settle.js';
import { readPlan } from './plan/planStore.js';
import { isTerminal } from './state.js';

/**
 * Cancels a job: it is `Canceled` when this resolves, unless it had ended. The settled rows stay; lanes that are under
 * way see the marker and stop at the next mini-batch, and what they still write is never shown. Throws as `updateJob`.
 */
export async function cancelJob(context: BatchContext, job: JobRecord): Promise<JobRecord> {
  if (isTerminal(job.state)) return job;
  const { store } = context;
  await store.put(new JobPaths(job.id).cancel, new Uint8Array());
  const plan = await readPlan(store, job.id);
  const settlement = plan && settle(plan, await listParts(store, job.id));
  return endJob(context, job.id, 'Canceled', { frozen: frozenAt(settlement) });
}
