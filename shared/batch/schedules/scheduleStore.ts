import { isSeen } from '../../auth/access.js';
import type { Log } from '../../log.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';
import { changeJsonBlob, readJsonBlob } from '../../storage/jsonBlob.js';
import { canonicalJson } from '../submit/canonicalJson.js';
import { optionError } from '../submit/optionError.js';
import type { ScheduleName, ScheduleRequest } from './parseScheduleRequest.js';
import type { OwnedName, Schedule } from './schedule.js';
import {
  ownerFolderOf,
  placeOf,
  schedulePlaces,
  sharedPlaceOf,
  type SchedulePlace,
} from './schedulePlaces.js';

/** More schedules of one owner and service are refused: each is read by every run of the maintenance timer. */
const mostSchedules = 100;

/** Which schedules are wanted; all unless it says otherwise. */
export interface ScheduleFilter {
  readonly service?: string;
  readonly owners?: readonly string[] | 'all';
}

/**
 * The schedules of all services, one blob each in the container `state`. Names belong to their owner, so that nobody
 * meets those of others. Changes are made under the ETag, so that none is lost. Throws the errors of storage, and
 * SCORE_ERR_STATE_BUSY where one schedule is changed by many at once.
 */
export class ScheduleStore {
  constructor(
    private readonly blobs: BlobStore,
    private readonly log: Log,
  ) {}

  /**
   * Puts a schedule of an owner there or changes it; the same once more changes nothing. Due times count from now on for a
   * new one, for a new cron, and for one that is switched on again. Throws SCORE_ERR_JOB_OPTION for too many.
   */
  async put(
    name: OwnedName,
    request: ScheduleRequest,
    { nowMs }: { readonly nowMs: number },
  ): Promise<Schedule> {
    const { service, id, owner } = name;
    const wanted = { service, id, ...request, owner };
    if (!(await this.get(name))) await this.#refuseTooMany(name);
    const stored = await this.#change(name, (before) => {
      if (!before) return { ...wanted, createdMs: nowMs, sinceMs: nowMs };
      const next = { ...before, ...wanted };
      if (canonicalJson(next) === canonicalJson(before)) return undefined;
      const isNewCourse = next.cron !== before.cron || (next.enabled && !before.enabled);
      return isNewCourse ? { ...next, sinceMs: nowMs } : next;
    });
    // `change` has given a schedule where there was none
    return stored as Schedule;
  }

  /** The schedule of an owner; undefined when he has none of this name. */
  async get(name: OwnedName): Promise<Schedule | undefined> {
    const shared = await this.#findShared(name);
    if (shared) return shared.schedule;
    const blob = placeOf(name);
    return blob && (await readJsonBlob<Schedule>(this.blobs, blob))?.value;
  }

  /** Of all owners, those of one name. */
  async ofName({ service, id }: ScheduleName): Promise<Schedule[]> {
    const found: Schedule[] = [];
    for await (const place of schedulePlaces(this.blobs, service)) {
      const schedule = place.id === id ? await this.#read(place) : undefined;
      if (schedule) found.push(schedule);
    }
    return found;
  }

  /** The schedules that are wanted. One that cannot be read is logged and left out. */
  async *list({ service, owners = 'all' }: ScheduleFilter = {}): AsyncGenerator<Schedule> {
    const folders = owners === 'all' ? undefined : new Set(owners.map(ownerFolderOf));
    for await (const place of schedulePlaces(this.blobs, service)) {
      if (folders && place.ownerFolder !== undefined && !folders.has(place.ownerFolder)) continue;
      const schedule = await this.#read(place);
      if (schedule && isSeen(owners, schedule.owner)) yield schedule;
    }
  }

  /** Removes a schedule; false when there is none. */
  async remove(name: OwnedName): Promise<boolean> {
    const own = placeOf(name);
    const blob = own && (await this.blobs.find(own)) ? own : (await this.#findShared(name))?.blob;
    if (blob) await this.blobs.remove(blob);
    return blob !== undefined;
  }

  /** Notes that a due time has been served by a job. Nothing is noted behind a later one, or when it was removed. */
  async markRun(name: OwnedName, dueMs: number, jobId: string): Promise<void> {
    await this.#change(name, (before) =>
      !before || before.sinceMs >= dueMs
        ? undefined
        : { ...before, sinceMs: dueMs, lastDueMs: dueMs, lastJobId: jobId },
    );
  }

  /** Gives what is stored in the end; `change` gives undefined where nothing is to be changed. */
  async #change(
    name: OwnedName,
    change: (before: Schedule | undefined) => Schedule | undefined,
  ): Promise<Schedule | undefined> {
    const shared = await this.#findShared(name);
    if (shared) {
      const outcome = { isGone: false };
      const { value } = await changeJsonBlob<Schedule>(this.blobs, shared.blob, 'the schedule', (before) => {
        outcome.isGone = before?.owner !== name.owner;
        return outcome.isGone ? undefined : change(before);
      });
      if (!outcome.isGone) return value;
    }
    const blob = placeOf(name);
    return blob && (await changeJsonBlob(this.blobs, blob, 'the schedule', change)).value;
  }

  /** A schedule of the owner that an earlier release has put there. */
  async #findShared(
    name: OwnedName,
  ): Promise<{ readonly blob: BlobAddress; readonly schedule: Schedule } | undefined> {
    const blob = sharedPlaceOf(name);
    if (!blob) return undefined;
    const schedule = await this.#read({ ...name, blob });
    return schedule?.owner === name.owner ? { blob, schedule } : undefined;
  }

  async #read({ blob, service, id }: SchedulePlace): Promise<Schedule | undefined> {
    try {
      return (await readJsonBlob<Schedule>(this.blobs, blob))?.value;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.log.warn(`schedule ${id} of ${service} is no JSON and is left out`);
      return undefined;
    }
  }

  async #refuseTooMany({ service, owner }: OwnedName): Promise<void> {
    const folder = ownerFolderOf(owner);
    let count = 0;
    for await (const { ownerFolder } of schedulePlaces(this.blobs, service))
      if (ownerFolder === folder) count++;
    if (count >= mostSchedules) {
      throw optionError('', `you have at most ${mostSchedules} schedules of a service; remove one first`);
    }
  }
}
