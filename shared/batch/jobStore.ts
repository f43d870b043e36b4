import { ScoringError } from '../errors/scoringError.js';
import type { BlobStore } from '../storage/blobStore.js';
import type { JobRecord } from './job.js';
import { JobPaths } from './jobPaths.js';
import { readJsonBlob, writeJsonBlob } from './jsonBlob.js';

/** Ids of jobs: UUIDs and hashes, which go into blob names and instance ids. */
const usableId = /^[A-Za-z0-9_-]{1,64}$/;

/** More changes at once than this are no race but a fault. */
const mostTries = 12;

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
 * Throws SCORE_ERR_JOB_NOT_FOUND and SCORE_ERR_JOB_BUSY.
 */
export async function updateJob(
  store: BlobStore,
  jobId: string,
  change: (job: JobRecord) => JobRecord | undefined,
): Promise<{ readonly job: JobRecord; readonly changed: boolean }> {
  const blob = new JobPaths(jobId).job;
  for (let tries = 0; tries < mostTries; tries++) {
    const found = usableId.test(jobId) ? await readJsonBlob<JobRecord>(store, blob) : undefined;
    if (!found) throw jobNotFound(jobId);
    const next = change(found.value);
    if (!next) return { job: found.value, changed: false };
    const written = await writeJsonBlob(store, blob, next, { etag: found.etag });
    if (written !== 'conflict') return { job: next, changed: true };
  }
  throw new ScoringError('SCORE_ERR_JOB_BUSY', 'the record of the job was changed by others too often');
}

/** The answer to an id that is not there, or not the caller's. */
export function jobNotFound(jobId: string): ScoringError {
  return new ScoringError(
    'SCORE_ERR_JOB_NOT_FOUND',
    `there is no job '${jobId.slice(0, 64).toWellFormed()}'`,
  );
}
