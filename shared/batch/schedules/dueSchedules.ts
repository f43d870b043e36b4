import { Ncrontab } from '../../ncrontab.js';
import type { Schedule } from './schedule.js';
import type { ScheduleStore } from './scheduleStore.js';

/** A schedule with the due time to serve, in milliseconds since 1970. */
export interface DueSchedule {
  readonly schedule: Schedule;
  readonly dueMs: number;
}

/**
 * The schedules that have come due since they were served last, with their last due time: those that were missed before
 * it are served by the same run. Called by the maintenance timer, so a due time waits for its next run.
 */
export async function dueSchedules(
  store: Pick<ScheduleStore, 'list'>,
  nowMs: number,
): Promise<DueSchedule[]> {
  const due: DueSchedule[] = [];
  for await (const schedule of store.list()) {
    if (!schedule.enabled) continue;
    const dueMs = new Ncrontab(schedule.cron).lastMs(schedule.sinceMs, nowMs);
    if (dueMs !== undefined) due.push({ schedule, dueMs });
  }
  return due;
}
