import type { ScheduleName, ScheduleRequest } from './parseScheduleRequest.js';

/** A schedule of one owner: everybody has names of his own. */
export interface OwnedName extends ScheduleName {
  /** Who put it there; its jobs belong to them. */
  readonly owner: string;
}

/** A schedule as it is stored. */
export interface Schedule extends OwnedName, ScheduleRequest {
  readonly createdMs: number;
  /** Due times behind it are not served yet. */
  readonly sinceMs: number;
  readonly lastDueMs?: number;
  readonly lastJobId?: string;
}
