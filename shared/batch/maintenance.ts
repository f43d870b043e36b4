import type { BatchContext } from './batchContext.js';
import type { JobEngine } from './engine.js';
import { listJobs } from './jobIndex.js';
import { readJob } from './jobStore.js';
import { reconcileJob } from './reconcile.js';
import { removeJobBlobs } from './removeJob.js';
import { runDueSchedules } from './schedules/runDueSchedules.js';
import { isTerminal } from './state.js';

const dayMs = 24 * 60 * 60_000;

/** Entries of the index looked at in one run; the next run goes on with what is left. */
const mostLookedAt = 20_000;

/**
 * What is done from time to time: due schedules, jobs that stand still compared with the engine, old and deleted jobs
 * removed. A fault of one does not keep the others from being done.
 */
export async function runMaintenance(context: BatchContext, engine: JobEngine): Promise<void> {
  await attempt(context, 'schedules', () => runDueSchedules(context, engine));
  let page: string | undefined;
  let lookedAt = 0;
  do {
    const { jobs, next } = await listJobs(context.store, { deleted: true }, page, 200);
    for (const { id, createdMs } of jobs) {
      await attempt(context, `job ${id}`, () => lookAfter(context, engine, id, createdMs));
    }
    lookedAt += jobs.length;
    page = next;
  } while (page !== undefined && lookedAt < mostLookedAt);
}

async function lookAfter(
  context: BatchContext,
  engine: JobEngine,
  id: string,
  createdMs: number,
): Promise<void> {
  const { store, clock, settings } = context;
  const ageMs = clock.wallMs() - createdMs;
  const job = await readJob(store, id);
  if (!job) return;
  if (!isTerminal(job.state)) {
    await reconcileJob(context, engine, job, job.restartedMs ?? job.history.at(-1)?.atMs ?? createdMs);
    return;
  }
  const endedMs = job.history.at(-1)?.atMs ?? createdMs;
  const isOld = settings.jobRetentionDays > 0 && ageMs > settings.jobRetentionDays * dayMs;
  const isLeft = job.deletedMs !== undefined && clock.wallMs() - endedMs > dayMs / 24;
  if (isOld || isLeft) await removeJobBlobs(context, job);
}

async function attempt({ log }: BatchContext, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.error(`maintenance, ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
