import type { BlobStore } from '../../storage/blobStore.js';
import { readJsonBlob } from '../jsonBlob.js';
import { JobPaths } from '../jobPaths.js';
import type { BatchPlan } from './plan.js';

/** Plans kept per process; a plan never changes once it is written. */
const mostKept = 16;

const kept = new WeakMap<BlobStore, Map<string, BatchPlan>>();

/** The plan of a job, undefined before there is one. Kept in memory, since every lane asks for it. */
export async function readPlan(store: BlobStore, jobId: string): Promise<BatchPlan | undefined> {
  const plans = kept.get(store) ?? new Map<string, BatchPlan>();
  kept.set(store, plans);
  const known = plans.get(jobId);
  if (known) return known;
  const found = await readJsonBlob<BatchPlan>(store, new JobPaths(jobId).plan);
  if (!found) return undefined;
  const [oldest] = plans.keys();
  if (plans.size >= mostKept && oldest !== undefined) plans.delete(oldest);
  plans.set(jobId, found.value);
  return found.value;
}

/** Forgets the plan of a removed job. */
export function forgetPlan(store: BlobStore, jobId: string): void {
  kept.get(store)?.delete(jobId);
}
