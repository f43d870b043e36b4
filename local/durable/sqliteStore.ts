import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { openSqlite, storeFault } from '../sqliteFile.js';
import type { MessageEvent } from './historyEvents.js';
import type { Activity, EpisodeCommit, Instance, InstanceFilter, Message, NewMessage } from './store.js';
import { isFinal } from './store.js';
import { STORE_KIND, STORE_SQL } from './storeSql.js';

type Statement = keyof typeof STORE_SQL;

/** Of inputs and outputs that are read at once. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Opens a store, made anew where there is none; ':memory:' for one that ends with the process. Throws HostFaults. */
export function openDurableStore(file: string): DurableStore {
  const database = openSqlite(file, STORE_KIND);
  try {
    return new DurableStore(database, file);
  } catch (error) {
    database.close();
    throw storeFault(file, error);
  }
}

/**
 * The store on SQLite, for one process at a time. Every method is one transaction, done and durable against the
 * death of the process when it returns; one that cannot be done, as on a full disk, throws a HostFault that names
 * the file and leaves the store as it was before the call.
 */
export class DurableStore {
  readonly #sql: Readonly<Record<Statement, StatementSync>>;
  // No id is used twice, so that a late result cannot take the place of another.
  #lastMessage: number;
  #lastActivity: number;

  constructor(
    private readonly database: DatabaseSync,
    private readonly file: string,
  ) {
    const prepared = Object.entries(STORE_SQL).map(([name, text]) => [name, database.prepare(text)]);
    this.#sql = Object.fromEntries(prepared) as Record<Statement, StatementSync>;
    const last = this.#sql.lastIds.get();
    this.#lastMessage = Number(last?.message ?? 0);
    this.#lastActivity = Number(last?.activity ?? 0);
  }

  /** Puts a new instance in place of one that has ended, or of any; gives the one that forbids it, or undefined. */
  create(instance: Instance, started: MessageEvent, overrideAny: boolean): Instance | undefined {
    const { instanceId } = instance;
    return this.#atOnce(() => {
      const found = this.instance(instanceId);
      if (found !== undefined && !overrideAny && !isFinal(found.runtimeStatus)) return found;
      if (found !== undefined) this.#drop([instanceId]);
      this.#sql.putInstance.run({ ...instance });
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
    return this.#guard(() => {
      const found: Instance[] = [];
      let characters = 0;
      for (const row of this.#sql.instances.iterate(values) as Iterable<unknown>) {
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
    return this.#atOnce(() => this.#drop(instanceIds));
  }

  post(message: NewMessage): void {
    this.#guard(() => {
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
    return this.#atOnce(() => {
      if (this.instance(instanceId)?.executionId !== executionId) return false;
      this.#sql.putInstance.run({ ...instance });
      for (const id of episode.consumed) this.#sql.dropMessage.run(instanceId, id);
      if (newGeneration) {
        this.#sql.dropHistory.run(instanceId);
        this.#sql.dropOldMessages.run(instanceId, instance.executionId);
      }
      // One row per episode: JSON holds no line breaks.
      const events = episode.events.map((event) => JSON.stringify(event)).join('\n');
      if (events !== '') this.#sql.addHistory.run(instanceId, events);
      for (const { taskId, name, input } of episode.activities) {
        this.#lastActivity += 1;
        this.#sql.addActivity.run(this.#lastActivity, instanceId, instance.executionId, taskId, name, input);
      }
      for (const message of episode.messages) this.#add(message);
      if (isFinal(instance.runtimeStatus)) this.#sql.dropMessages.run(instanceId);
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
    this.#guard(() => this.#sql.startActivities.run(JSON.stringify(activityIds)));
  }

  /** Puts a result in the place of an activity; false when it is gone (purged, or its instance started anew). */
  finish(activityId: number, result: NewMessage): boolean {
    return this.#atOnce(() => {
      if (this.#sql.dropActivity.run(activityId).changes === 0) return false;
      this.#add(result);
      return true;
    });
  }

  close(): void {
    this.database.close();
  }

  #add({ instanceId, executionId, event, dueMs }: NewMessage): void {
    this.#lastMessage += 1;
    const row = { instanceId, id: this.#lastMessage, executionId: executionId ?? null, dueMs };
    this.#sql.addMessage.run({ ...row, event: JSON.stringify(event) });
  }

  #drop(instanceIds: readonly string[]): number {
    // No index leads to the activities of an instance: all are looked through once.
    this.#sql.dropActivities.run(JSON.stringify(instanceIds));
    let dropped = 0;
    for (const instanceId of instanceIds) {
      this.#sql.dropHistory.run(instanceId);
      this.#sql.dropMessages.run(instanceId);
      dropped += Number(this.#sql.dropInstance.run(instanceId).changes);
    }
    return dropped;
  }

  /** Rows of a statement whose columns are named like the members of `T`. */
  #read<T>(name: Statement, ...values: (SQLInputValue | Record<string, SQLInputValue>)[]): T[] {
    return this.#guard(() => this.#sql[name].all(...(values as SQLInputValue[])) as T[]);
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeFault(this.file, error);
    }
  }

  #atOnce<T>(work: () => T): T {
    return this.#guard(() => {
      this.#sql.begin.run();
      try {
        const result = work();
        this.#sql.commit.run();
        return result;
      } catch (error) {
        // A full disk has ended the transaction already.
        if (this.database.isTransaction) this.#sql.rollback.run();
        throw error;
      }
    });
  }
}
