import type { SQLInputValue } from 'node:sqlite';
import { SqliteTables } from '../sqliteFile.js';
import type { MessageEvent } from './historyEvents.js';
import type { Activity, EpisodeCommit, Instance, InstanceFilter, Message, NewMessage } from './store.js';
import { isFinal } from './store.js';
import { STORE_KIND, STORE_SQL } from './storeSql.js';

type Statement = keyof typeof STORE_SQL;

/** Of inputs and outputs that are read at once. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * The store on SQLite, for one process at a time. Every method is one transaction, done and durable against the
 * death of the process when it returns; one that cannot be done, as on a full disk, throws a HostFault that names
 * the file and leaves the store as it was before the call.
 */
export class DurableStore {
  readonly #tables: SqliteTables<Statement>;
  // No id is used twice, so that a late result cannot take the place of another.
  #lastMessage: number;
  #lastActivity: number;

  /** Made anew where there is no file; ':memory:' for a store that ends with the process. Throws HostFaults. */
  constructor(file: string) {
    this.#tables = new SqliteTables(file, STORE_KIND, STORE_SQL);
    const [last] = this.#read<{ message: number | null; activity: number | null }>('lastIds');
    this.#lastMessage = last?.message ?? 0;
    this.#lastActivity = last?.activity ?? 0;
  }

  /** Puts a new instance in place of one that has ended, or of any; gives the one that forbids it, or undefined. */
  create(instance: Instance, started: MessageEvent, overrideAny: boolean): Instance | undefined {
    const { instanceId } = instance;
    return this.#tables.atOnce(() => {
      const found = this.instance(instanceId);
      if (found !== undefined && !overrideAny && !isFinal(found.runtimeStatus)) return found;
      if (found !== undefined) this.#drop([instanceId]);
      this.#tables.sql.putInstance.run({ ...instance });
      this.#add({ instanceId, event: started, dueMs: 0 });
      return undefined;
    });
  }

  instance(instanceId: string): Instance | undefined {
    return this.#read<Instance>('instance', instanceId)[0];
  }

  /** In the order of instance ids, behind `afterId`; fewer than `limit` where inputs and outputs are long. */
  instances(filter: InstanceFilter, limit: number, afterId = ''): Instance[] {
    const { createdFromMs, createdToMs, statuses = [], idPrefix = '' } = filter;
    const values = {
      after: afterId,
      prefix: idPrefix,
      from: createdFromMs ?? Number.MIN_SAFE_INTEGER,
      to: createdToMs ?? Number.MAX_SAFE_INTEGER,
      any: statuses.length === 0 ? 1 : 0,
      statuses: `,${statuses.join(',')},`,
      limit,
    };
    return this.#tables.guard(() => {
      const found: Instance[] = [];
      let characters = 0;
      for (const row of this.#tables.sql.instances.iterate(values) as Iterable<unknown>) {
        const instance = row as Instance;
        found.push(instance);
        characters += (instance.input?.length ?? 0) + (instance.output?.length ?? 0);
        if (characters > MAX_CHARACTERS) break;
      }
      return found;
    });
  }

  /** Events of the current execution as JSON texts, oldest first. */
  history(instanceId: string): string[] {
    const rows = this.#read<{ events: string }>('history', instanceId);
    return rows.flatMap(({ events }) => events.split('\n'));
  }

  /** Removes instances with all that belongs to them; gives how many there were. */
  purge(instanceIds: readonly string[]): number {
    return this.#tables.atOnce(() => this.#drop(instanceIds));
  }

  post(message: NewMessage): void {
    this.#tables.guard(() => {
      this.#add(message);
    });
  }

  /** Ids of instances with a message that is due, oldest message first. */
  dueInstances(nowMs: number): string[] {
    return this.#read<Instance>('dueInstances', nowMs).map(({ instanceId }) => instanceId);
  }

  /** What is due for an instance, in order. */
  inbox(instanceId: string, nowMs: number): Message[] {
    const rows = this.#read<{ id: number; event: string }>('inbox', instanceId, nowMs);
    return rows.map(({ id, event }) => ({ id, event: JSON.parse(event) as MessageEvent }));
  }

  /** When the next message becomes due that is not due at `nowMs`. */
  nextDueMs(nowMs: number): number | undefined {
    return this.#read<{ dueMs: number | null }>('nextDue', nowMs)[0]?.dueMs ?? undefined;
  }

  /** false: the instance was purged or started anew meanwhile, nothing was written. */
  commit({ instance, executionId, newGeneration, ...episode }: EpisodeCommit): boolean {
    const { instanceId } = instance;
    return this.#tables.atOnce(() => {
      if (this.instance(instanceId)?.executionId !== executionId) return false;
      this.#tables.sql.putInstance.run({ ...instance });
      for (const id of episode.consumed) this.#tables.sql.dropMessage.run(instanceId, id);
      if (newGeneration) {
        this.#tables.sql.dropHistory.run(instanceId);
        this.#tables.sql.dropOldMessages.run(instanceId, instance.executionId);
      }
      // One row per episode: JSON holds no line breaks.
      const events = episode.events.map((event) => JSON.stringify(event)).join('\n');
      if (events !== '') this.#tables.sql.addHistory.run(instanceId, events);
      for (const { taskId, name, input } of episode.activities) {
        this.#lastActivity += 1;
        this.#tables.sql.addActivity.run(
          this.#lastActivity,
          instanceId,
          instance.executionId,
          taskId,
          name,
          input,
        );
      }
      for (const message of episode.messages) this.#add(message);
      if (isFinal(instance.runtimeStatus)) this.#tables.sql.dropMessages.run(instanceId);
      return true;
    });
  }

  /** Up to `limit` activities in the order of their making, behind `afterId`. */
  activities(afterId: number, limit: number): Activity[] {
    const rows = this.#read<Omit<Activity, 'started'> & { started: number }>('activities', afterId, limit);
    return rows.map((row) => ({ ...row, started: row.started === 1 }));
  }

  /** Notes that these are being run. */
  markStarted(activityIds: readonly number[]): void {
    this.#tables.guard(() => this.#tables.sql.startActivities.run(JSON.stringify(activityIds)));
  }

  /** Puts a result in the place of an activity; false when it is gone (purged, or its instance started anew). */
  finish(activityId: number, result: NewMessage): boolean {
    return this.#tables.atOnce(() => {
      if (this.#tables.sql.dropActivity.run(activityId).changes === 0) return false;
      this.#add(result);
      return true;
    });
  }

  close(): void {
    this.#tables.close();
  }

  #add({ instanceId, executionId, event, dueMs }: NewMessage): void {
    this.#lastMessage += 1;
    const row = { instanceId, id: this.#lastMessage, executionId: executionId ?? null, dueMs };
    this.#tables.sql.addMessage.run({ ...row, event: JSON.stringify(event) });
  }

  #drop(instanceIds: readonly string[]): number {
    // No index leads to the activities of an instance: all are looked through once.
    this.#tables.sql.dropActivities.run(JSON.stringify(instanceIds));
    let dropped = 0;
    for (const instanceId of instanceIds) {
      this.#tables.sql.dropHistory.run(instanceId);
      this.#tables.sql.dropMessages.run(instanceId);
      dropped += Number(this.#tables.sql.dropInstance.run(instanceId).changes);
    }
    return dropped;
  }

  /** Rows of a statement whose columns are named like the members of `T`. */
  #read<T>(name: Statement, ...values: (SQLInputValue | Record<string, SQLInputValue>)[]): T[] {
    return this.#tables.guard(() => this.#tables.sql[name].all(...(values as SQLInputValue[])) as T[]);
  }
}
