import type { BlobStore } from '../../storage/blobStore.js';
import type { JobRecord } from '../job.js';
import { JobCache } from '../jobCache.js';
import { readJsonBlob } from '../../storage/jsonBlob.js';
import { JobPaths } from '../jobPaths.js';
import type { BatchPlan } from './plan.js';

const plans = new JobCache<BatchPlan>();

/** The plan of a job, undefined before there is one. Kept, since every lane asks for it and it never changes. */
export async function readPlan(
  store: BlobStore,
  job: Pick<JobRecord, 'id' | 'createdMs'>,
): Promise<BatchPlan | undefined> {
  const known = plans.get(store, job);
  if (known) return known;
  const found = await readJsonBlob<BatchPlan>(store, new JobPaths(job.id).plan);
  if (found) plans.set(store, job, found.value);
  return found?.value;
}

/** Forgets the plan of a removed job. */
export function forgetPlan(store: BlobStore, jobId: string): void {
  plans.delete(store, jobId);
}
