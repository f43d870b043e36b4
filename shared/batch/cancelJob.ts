import type { BatchContext } from './batchContext.js';
import { endJob } from './endJob.js';
import type { JobRecord } from './job.js';
import { JobPaths } from './jobPaths.js';
import { isTerminal } from './state.js';

/**
 * Cancels a job: it is `Canceled` when this resolves, unless it had ended. The settled rows stay; lanes that are under
 * way see the marker and stop at the next mini-batch, and what they still write is never shown. Throws as `updateJob`.
 */
export async function cancelJob(context: BatchContext, job: JobRecord): Promise<JobRecord> {
  if (isTerminal(job.state)) return job;
  await context.store.put(new JobPaths(job.id).cancel, new Uint8Array());
  return endJob(context, job.id, 'Canceled', {});
}
