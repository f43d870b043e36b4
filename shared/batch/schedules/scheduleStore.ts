import type { Log } from '../../log.js';
import { isModelName } from '../../models/modelFolder.js';
import { listAll, type BlobAddress, type BlobStore } from '../../storage/blobStore.js';
import { changeJsonBlob, readJsonBlob } from '../jsonBlob.js';
import { canonicalJson } from '../submit/canonicalJson.js';
import { optionError } from '../submit/optionError.js';
import type { ScheduleName, ScheduleRequest } from './parseScheduleRequest.js';
import type { Schedule } from './schedule.js';

const container = 'state';

const blobPattern = /^services\/([^/]+)\/schedules\/([^/]+)\.json$/;

/** More schedules of one service than this are refused: each is read by every run of the maintenance timer. */
const mostSchedules = 100;

/**
 * The schedules of all services, one blob each in the container `state`. Changes are made under the ETag, so that none
 * is lost. Throws the errors of storage, and SCORE_ERR_JOB_BUSY where one schedule is changed by many at once.
 */
export class ScheduleStore {
  constructor(
    private readonly blobs: BlobStore,
    private readonly log: Log,
  ) {}

  /**
   * Puts a schedule there or changes it; the same once more changes nothing. Due times count from now on for a new one,
   * for a new cron, and for one that is switched on again. Throws SCORE_ERR_JOB_OPTION for too many.
   */
  async put(
    name: ScheduleName,
    request: ScheduleRequest,
    { owner, nowMs }: { readonly owner: string; readonly nowMs: number },
  ): Promise<Schedule> {
    const wanted = { service: name.service, id: name.id, ...request, owner };
    if (!(await this.get(name))) await this.#refuseTooMany(name.service);
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

  /** Undefined when there is none. */
  async get(name: ScheduleName): Promise<Schedule | undefined> {
    const blob = addressOf(name);
    return blob && (await readJsonBlob<Schedule>(this.blobs, blob))?.value;
  }

  /** The schedules of one service, or of all, in order of name. One that cannot be read is logged and left out. */
  async *list(service?: string): AsyncGenerator<Schedule> {
    for await (const name of this.#names(service)) {
      try {
        const schedule = await this.get(name);
        if (schedule) yield schedule;
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        this.log.warn(`schedule ${name.id} of ${name.service} is no JSON and is left out`);
      }
    }
  }

  /** Removes a schedule; false when there is none. */
  async remove(name: ScheduleName): Promise<boolean> {
    const blob = addressOf(name);
    if (!blob || !(await this.blobs.find(blob))) return false;
    await this.blobs.remove(blob);
    return true;
  }

  /** Notes that a due time has been served by a job. Nothing is noted behind a later one, or when it was removed. */
  async markRun(name: ScheduleName, dueMs: number, jobId: string): Promise<void> {
    await this.#change(name, (before) =>
      !before || before.sinceMs >= dueMs
        ? undefined
        : { ...before, sinceMs: dueMs, lastDueMs: dueMs, lastJobId: jobId },
    );
  }

  /** Gives what is stored in the end; `change` gives undefined where nothing is to be changed. */
  async #change(
    name: ScheduleName,
    change: (before: Schedule | undefined) => Schedule | undefined,
  ): Promise<Schedule | undefined> {
    const blob = addressOf(name);
    if (!blob) return undefined;
    return (await changeJsonBlob(this.blobs, blob, 'the schedule', change)).value;
  }

  async #refuseTooMany(service: string): Promise<void> {
    let count = 0;
    for await (const name of this.#names(service)) if (name.service === service) count++;
    if (count >= mostSchedules) {
      throw optionError('', `a service has at most ${mostSchedules} schedules; remove one first`);
    }
  }

  async *#names(service?: string): AsyncGenerator<ScheduleName> {
    if (service !== undefined && !isModelName(service)) return;
    const prefix = service === undefined ? 'services/' : `services/${service}/schedules/`;
    for await (const { name } of listAll(this.blobs, container, prefix)) {
      const [, itsService, id] = blobPattern.exec(name) ?? [];
      if (itsService !== undefined && id !== undefined) yield { service: itsService, id };
    }
  }
}

/** Undefined for what names no schedule. */
function addressOf({ service, id }: ScheduleName): BlobAddress | undefined {
  if (!isModelName(service) || !isModelName(id)) return undefined;
  return { container, name: `services/${service}/schedules/${id}.json` };
}
