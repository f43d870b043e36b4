import { limiter } from '../limiter.js';
import { listAll } from '../storage/blobStore.js';
import type { BatchContext } from './batchContext.js';
import { cancelJob } from './cancelJob.js';
import type { JobEngine } from './engine.js';
import type { JobRecord } from './job.js';
import { removeFromIndex, writeIndex } from './jobIndex.js';
import { batchesContainer, JobPaths } from './jobPaths.js';
import { updateJob } from './jobStore.js';
import { forgetPlan } from './plan/planStore.js';

/** Blobs removed at once. */
const atOnce = 8;

/**
 * Deletes a job: from now on nobody sees it. One that runs is cancelled, and removed when its lanes are back; the
 * maintenance removes what a lost engine leaves. Throws as `updateJob`.
 */
export async function deleteJob(context: BatchContext, engine: JobEngine, job: JobRecord): Promise<void> {
  await cancelJob(context, job);
  const { job: deleted } = await updateJob(context.store, job.id, (now) =>
    now.deletedMs === undefined ? { ...now, deletedMs: context.clock.wallMs() } : undefined,
  );
  // it stays in the index, hidden, for the maintenance to find
  await writeIndex(context.store, deleted);
  if ((await engine.stateOf(job.id)) !== 'running') await removeJobBlobs(context, deleted);
}

/**
 * Removes all that a job has in storage. Lists hide it first, and it leaves the index last: the maintenance finds it
 * there and goes on with what was interrupted.
 */
export async function removeJobBlobs({ store, clock }: BatchContext, job: JobRecord): Promise<void> {
  const paths = new JobPaths(job.id);
  const limited = limiter(atOnce);
  await writeIndex(store, { ...job, deletedMs: job.deletedMs ?? clock.wallMs() });
  let removing: Promise<void>[] = [];
  for await (const { name } of listAll(store, batchesContainer, paths.folder)) {
    if (name === paths.job.name) continue;
    removing.push(limited(() => store.remove({ container: batchesContainer, name })));
    if (removing.length === 500) {
      await Promise.all(removing);
      removing = [];
    }
  }
  await Promise.all(removing);
  forgetPlan(store, job.id);
  await store.remove(paths.job);
  await removeFromIndex(store, job);
}
