import { ScoringError } from '../../errors/scoringError.js';
import type { BatchContext } from '../batchContext.js';
import type { JobEngine } from '../engine.js';
import { submitBatch } from '../submitBatch.js';
import { scheduledJobId } from '../submit/jobIds.js';
import { dueSchedules } from './dueSchedules.js';
import { ScheduleStore } from './scheduleStore.js';

/**
 * Starts the jobs of the schedules that have come due. The id of a job follows from schedule and due time, so that two
 * runs at once start one job. A job that cannot be started, because its model is gone, is logged and counts as served.
 */
export async function runDueSchedules(context: BatchContext, engine: JobEngine): Promise<void> {
  const { store, clock, log } = context;
  const schedules = new ScheduleStore(store, log);
  for (const { schedule, dueMs } of await dueSchedules(schedules, clock.wallMs())) {
    const { service, id, owner, options } = schedule;
    const jobId = scheduledJobId(service, id, dueMs);
    try {
      await submitBatch(context, engine, { owner, origin: 'schedule', jobId, spec: options });
    } catch (error) {
      const code = error instanceof ScoringError ? error.code : String(error);
      log.warn(`schedule ${id} of ${service} starts no job: ${code}`);
      // the others are not kept from running; what passes by itself is tried by the next run
      if (!(error instanceof ScoringError) || error.retryAfterS !== undefined) continue;
    }
    await schedules.markRun(schedule, dueMs, jobId);
  }
}
