import { removeExpiredTokens } from '../auth/tokens/removeExpiredTokens.js';
import { removeLeftOvers } from '../models/published/removeLeftOvers.js';
import { removeOldUploads } from '../publish/removeOldUploads.js';
import type { BatchContext } from './batchContext.js';
import { closeBatch } from './closeBatch.js';
import type { JobEngine } from './engine.js';
import { listJobs, removeFromIndex, type JobSummary } from './jobIndex.js';
import { readJob } from './jobStore.js';
import { reconcileJob } from './reconcile.js';
import { removeJobBlobs } from './removeJob.js';
import { runDueSchedules } from './schedules/runDueSchedules.js';
import { isTerminal } from './state.js';
import { removeUploadRecords } from './uploads/removeUploadRecords.js';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/**
 * What is done from time to time: due schedules, jobs that stand still compared with the engine, old and deleted jobs
 * expired tokens and the records of uploads without a file removed. A fault of one does not keep the others from being done.
 */
export async function runMaintenance(context: BatchContext, engine: JobEngine): Promise<void> {
  await attempt(context, 'schedules', () => runDueSchedules(context, engine));
  await attempt(context, 'tokens', () => removeExpiredTokens(context.store, context.clock));
  await attempt(context, 'models', () => removeLeftOvers(context.store, context.clock));
  await attempt(context, 'uploads', () => removeOldUploads(context.store, context.clock));
  await attempt(context, 'records of uploads', () => removeUploadRecords(context));
  let page: string | undefined;
  do {
    const { jobs, next } = await listJobs(context.store, { deleted: true }, page, 200);
    for (const job of jobs) await attempt(context, `job ${job.id}`, () => lookAfter(context, engine, job));
    page = next;
  } while (page !== undefined);
}

async function lookAfter(context: BatchContext, engine: JobEngine, listed: JobSummary): Promise<void> {
  const { store, clock, settings } = context;
  const { createdMs } = listed;
  const ageMs = clock.wallMs() - createdMs;
  const job = await readJob(store, listed.id);
  // the record is written before the index: this one was removed
  if (!job) return removeFromIndex(store, listed);
  if (!isTerminal(job.state)) {
    await reconcileJob(context, engine, job, job.restartedMs ?? job.history.at(-1)?.atMs ?? createdMs);
    return;
  }
  // the run may have been lost before it could tell its end
  if (job.spec.notify && job.notified !== job.state) await closeBatch(context, job.id);
  const endedMs = job.history.at(-1)?.atMs ?? createdMs;
  const isOld = settings.jobRetentionDays > 0 && ageMs > settings.jobRetentionDays * dayMs;
  const isLeft = job.deletedMs !== undefined && clock.wallMs() - endedMs > hourMs;
  if (isOld || isLeft) await removeJobBlobs(context, job);
}

async function attempt({ log }: BatchContext, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.error(`maintenance, ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
