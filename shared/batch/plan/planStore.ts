import type { BlobStore } from '../../storage/blobStore.js';
import type { JobRecord } from '../job.js';
import { readJsonBlob } from '../jsonBlob.js';
import { JobPaths } from '../jobPaths.js';
import type { BatchPlan } from './plan.js';

/** Plans kept per process; a plan never changes once it is written. */
const mostKept = 16;

/** A key of an idempotent submit that is used again after a delete makes a new job of the same id. */
interface KeptPlan {
  readonly createdMs: number;
  readonly plan: BatchPlan;
}

const kept = new WeakMap<BlobStore, Map<string, KeptPlan>>();

/** The plan of a job, undefined before there is one. Kept in memory, since every lane asks for it. */
export async function readPlan(
  store: BlobStore,
  { id, createdMs }: Pick<JobRecord, 'id' | 'createdMs'>,
): Promise<BatchPlan | undefined> {
  const plans = kept.get(store) ?? new Map<string, KeptPlan>();
  kept.set(store, plans);
  const known = plans.get(id);
  if (known?.createdMs === createdMs) return known.plan;
  const found = await readJsonBlob<BatchPlan>(store, new JobPaths(id).plan);
  if (!found) return undefined;
  const [oldest] = plans.keys();
  if (plans.size >= mostKept && oldest !== undefined) plans.delete(oldest);
  plans.set(id, { createdMs, plan: found.value });
  return found.value;
}

/** Forgets the plan of a removed job. */
export function forgetPlan(store: BlobStore, jobId: string): void {
  kept.get(store)?.delete(jobId);
}
