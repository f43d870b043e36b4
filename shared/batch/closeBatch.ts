import { listAll } from '../storage/blobStore.js';
import type { BatchContext } from './batchContext.js';
import { freezeJob } from './freezeJob.js';
import type { JobRecord } from './job.js';
import { writeIndex } from './jobIndex.js';
import { batchesContainer, JobPaths } from './jobPaths.js';
import { readJob } from './jobStore.js';
import { sendNotice } from './notify.js';
import { partFacts } from './parts/partMetadata.js';
import { removeJobBlobs } from './removeJob.js';
import { isTerminal } from './state.js';

/**
 * The last word of a run, when its lanes are back: tells that the job has ended, removes what stragglers have written
 * after a cancel, and the whole job when it was deleted meanwhile.
 */
export async function closeBatch(context: BatchContext, jobId: string): Promise<void> {
  const ended = await readJob(context.store, jobId);
  if (!ended || !isTerminal(ended.state)) return;
  if (ended.deletedMs !== undefined) return removeJobBlobs(context, ended);
  // whoever has ended the job may have died before it came to this
  const job = await freezeJob(context, ended);
  await writeIndex(context.store, job);
  await sendNotice(context, job);
  if (job.state === 'Canceled') await removeHidden(context, job);
  const now = await readJob(context.store, jobId);
  if (now?.deletedMs !== undefined) await removeJobBlobs(context, now);
}

/** Removes the parts that the frozen prefix does not show. */
async function removeHidden({ store }: BatchContext, { id, frozen }: JobRecord): Promise<void> {
  const shown = frozen?.chunks ?? 0;
  for await (const blob of listAll(store, batchesContainer, new JobPaths(id).partsPrefix)) {
    const facts = partFacts(blob);
    if (facts && facts.chunk >= shown) await store.remove({ container: batchesContainer, name: blob.name });
  }
}
