import { requireServices } from '../../auth/access.js';
import { ScoringError } from '../../errors/scoringError.js';
import type { BatchContext } from '../batchContext.js';
import type { JobEngine } from '../engine.js';
import { submitBatch } from '../submitBatch.js';
import { scheduledJobId } from '../submit/jobIds.js';
import { uploadReadsOf } from '../uploads/readableUploads.js';
import { dueSchedules } from './dueSchedules.js';
import type { Schedule } from './schedule.js';
import { ScheduleStore } from './scheduleStore.js';

/**
 * Starts the jobs of the schedules that have come due. The id of a job follows from schedule and due time, so that two
 * runs at once start one job. A job that cannot be started, because its model is gone or its owner may no longer call it,
 * is logged and counts as served.
 */
export async function runDueSchedules(context: BatchContext, engine: JobEngine): Promise<void> {
  const { store, clock, log } = context;
  const schedules = new ScheduleStore(store, log);
  for (const { schedule, dueMs } of await dueSchedules(schedules, clock.wallMs())) {
    const { service, id } = schedule;
    const jobId = scheduledJobId(schedule, dueMs);
    try {
      await startJob(context, engine, schedule, jobId);
    } catch (error) {
      const code = error instanceof ScoringError ? error.code : String(error);
      log.warn(`schedule ${id} of ${service} starts no job: ${code}`);
      // the others are not kept from running; what passes by itself is tried by the next run
      if (!(error instanceof ScoringError) || error.retryAfterS !== undefined) continue;
    }
    await schedules.markRun(schedule, dueMs, jobId);
  }
}

async function startJob(
  context: BatchContext,
  engine: JobEngine,
  { owner, options }: Schedule,
  jobId: string,
): Promise<void> {
  // what he may do now counts, not what he might when he put the schedule there
  const caller = await context.ownerNow(owner);
  if (!caller) throw new ScoringError('SCORE_ERR_ACCESS_FORBIDDEN', 'the owner of the schedule is gone');
  requireServices(caller, ...options.services);
  const reads = uploadReadsOf(caller);
  await submitBatch(context, engine, { owner, reads, origin: 'schedule', jobId, spec: options });
}
