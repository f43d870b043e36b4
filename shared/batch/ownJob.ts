import type { BatchContext } from './batchContext.js';
import type { JobRecord } from './job.js';
import { jobNotFound, readJob } from './jobStore.js';

/** A job that the caller sees. Throws SCORE_ERR_JOB_NOT_FOUND, also for one of somebody else or one that was deleted. */
export async function ownJob(
  { batch, owners }: { readonly batch: BatchContext; readonly owners: readonly string[] },
  jobId = '',
): Promise<JobRecord> {
  const job = await readJob(batch.store, jobId);
  if (!job || !owners.includes(job.owner) || job.deletedMs !== undefined) throw jobNotFound(jobId);
  return job;
}
