import { ScoringError } from '../errors/scoringError.js';
import type { BlobStore } from '../storage/blobStore.js';
import type { JobRecord } from './job.js';
import { JobPaths } from './jobPaths.js';
import { changeJsonBlob, readJsonBlob, writeJsonBlob } from '../storage/jsonBlob.js';

/** Ids of jobs: UUIDs and hashes, which go into blob names and instance ids. */
const usableId = /^[A-Za-z0-9_-]{1,64}$/;

/** The job's record; undefined when there is none. */
export async function readJob(store: BlobStore, jobId: string): Promise<JobRecord | undefined> {
  if (!usableId.test(jobId)) return undefined;
  return (await readJsonBlob<JobRecord>(store, new JobPaths(jobId).job))?.value;
}

/** Writes the record of a new job; false when there is one already. */
export async function createJob(store: BlobStore, job: JobRecord): Promise<boolean> {
  return (await writeJsonBlob(store, new JobPaths(job.id).job, job, 'absent')) !== 'conflict';
}

/**
 * Changes the record under its ETag: `change` is given what is stored, as often as it takes, and gives the new record,
 * or undefined when nothing is to be changed. Gives what is stored then, and whether this call changed it.
 *
 * Throws SCORE_ERR_JOB_NOT_FOUND and SCORE_ERR_STATE_BUSY.
 */
export async function updateJob(
  store: BlobStore,
  jobId: string,
  change: (job: JobRecord) => JobRecord | undefined,
): Promise<{ readonly job: JobRecord; readonly changed: boolean }> {
  if (!usableId.test(jobId)) throw jobNotFound(jobId);
  const blob = new JobPaths(jobId).job;
  const { value, changed } = await changeJsonBlob<JobRecord>(store, blob, 'the record of the job', (job) => {
    if (!job) throw jobNotFound(jobId);
    return change(job);
  });
  // `change` has thrown where there was none
  return { job: value as JobRecord, changed };
}

/** The answer to an id that is not there, or not the caller's. */
export function jobNotFound(jobId: string): ScoringError {
  return new ScoringError(
    'SCORE_ERR_JOB_NOT_FOUND',
    `there is no job '${jobId.slice(0, 64).toWellFormed()}'`,
  );
}
