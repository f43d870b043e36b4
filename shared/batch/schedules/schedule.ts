import type { ScheduleName, ScheduleRequest } from './parseScheduleRequest.js';

/** A schedule as it is stored. */
export interface Schedule extends ScheduleName, ScheduleRequest {
  /** Who put it there; its jobs belong to them. */
  readonly owner: string;
  readonly createdMs: number;
  /** Due times behind it are not served yet. */
  readonly sinceMs: number;
  readonly lastDueMs?: number;
  readonly lastJobId?: string;
}
