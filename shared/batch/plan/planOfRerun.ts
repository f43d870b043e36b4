import type { BlobStore } from '../../storage/blobStore.js';
import type { JobRecord } from '../job.js';
import { JobPaths } from '../jobPaths.js';
import { readJob } from '../jobStore.js';
import { ReadableUploads, uploadReadsOfJob } from '../uploads/readableUploads.js';
import type { BatchPlan } from './plan.js';
import { readPlan } from './planStore.js';

/**
 * The plan of the job that is run again, for its parts to be taken over; undefined where an input is not what it was, or may
 * not be read any more, so that the job is planned anew. Models are the same already: a rerun is bound to their hashes.
 */
export async function planOfRerun(
  store: BlobStore,
  job: JobRecord,
  rerunOf: string,
): Promise<BatchPlan | undefined> {
  const before = await readJob(store, rerunOf);
  const isSameModels = JSON.stringify(before?.models) === JSON.stringify(job.models);
  const plan = before && isSameModels ? await readPlan(store, before) : undefined;
  if (!plan || plan.inputs.some(({ pieces }) => pieces)) return undefined;
  const { input } = job.spec;
  const readable = new ReadableUploads(store, uploadReadsOfJob(job));
  const inputs = [];
  for (const planned of plan.inputs) {
    // records that came with the request lie with the new job
    const blob = input.kind === 'body' ? new JobPaths(job.id).body(input.sha256) : planned.blob;
    if (!(await readable.mayRead(blob))) return undefined;
    const facts = await store.find(blob);
    if (facts?.sizeBytes !== planned.sizeBytes) return undefined;
    if (input.kind !== 'body' && facts.etag !== planned.etag) return undefined;
    inputs.push({ ...planned, blob, etag: facts.etag });
  }
  return { ...plan, inputs, takesOver: { jobId: rerunOf, createdMs: before?.createdMs ?? 0 } };
}
