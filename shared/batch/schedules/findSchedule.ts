import { isSeen } from '../../auth/access.js';
import { ScoringError } from '../../errors/scoringError.js';
import { optionError } from '../submit/optionError.js';
import type { ScheduleName } from './parseScheduleRequest.js';
import type { Schedule } from './schedule.js';
import type { ScheduleStore } from './scheduleStore.js';

/** A schedule that somebody asks for. */
export interface AskedSchedule {
  readonly schedules: Pick<ScheduleStore, 'get' | 'ofName'>;
  readonly name: ScheduleName;
  readonly caller: string;
  /** Whose schedules the caller sees. */
  readonly owners: readonly string[] | 'all';
  /** Whose one he means. */
  readonly owner: string | undefined;
}

/**
 * The schedule that a caller means: of the owner whom he names, else his own, and else, for who sees those of everybody,
 * the one that there is of this name. Throws SCORE_ERR_SCHEDULE_NOT_FOUND for an owner who has none that he sees, and
 * SCORE_ERR_JOB_OPTION where several have one of this name.
 */
export async function findSchedule({
  schedules,
  name,
  caller,
  owners,
  owner,
}: AskedSchedule): Promise<Schedule | undefined> {
  if (owner !== undefined) {
    const found = isSeen(owners, owner) ? await schedules.get({ ...name, owner }) : undefined;
    if (!found && owner !== caller) throw notFound();
    return found;
  }
  const own = await schedules.get({ ...name, owner: caller });
  if (own || owners !== 'all') return own;
  const [first, ...others] = await schedules.ofName(name);
  if (others.length > 0) throw optionError('/owner', 'several users have a schedule of this name: say whose');
  return first;
}

/** As `findSchedule`; throws SCORE_ERR_SCHEDULE_NOT_FOUND where there is none. */
export async function requireSchedule(asked: AskedSchedule): Promise<Schedule> {
  const found = await findSchedule(asked);
  if (!found) throw notFound();
  return found;
}

const notFound = () => new ScoringError('SCORE_ERR_SCHEDULE_NOT_FOUND', 'there is no such schedule');
