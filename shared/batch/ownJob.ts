import { isSeen } from '../auth/access.js';
import type { BatchContext } from './batchContext.js';
import { freezeJob } from './freezeJob.js';
import type { JobRecord } from './job.js';
import { jobNotFound, readJob } from './jobStore.js';
import { isTerminal } from './state.js';

/** A job that the caller sees. Throws SCORE_ERR_JOB_NOT_FOUND, also for one of somebody else or one that was deleted. */
export async function ownJob(
  { batch, owners }: { readonly batch: BatchContext; readonly owners: readonly string[] | 'all' },
  jobId = '',
): Promise<JobRecord> {
  const job = await readJob(batch.store, jobId);
  if (!job || !isSeen(owners, job.owner) || job.deletedMs !== undefined) throw jobNotFound(jobId);
  // an end that is being written: what it shows is settled before anybody sees it
  return isTerminal(job.state) ? freezeJob(batch, job) : job;
}
