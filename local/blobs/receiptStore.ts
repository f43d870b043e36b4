import { SqliteTables } from '../sqliteFile.js';

/** One version of a blob, for one function. */
export interface BlobVersion {
  readonly functionName: string;
  /** `<account>/<container>`: the same names in another account are other blobs. */
  readonly container: string;
  readonly blob: string;
  readonly etag: string;
}

export interface QueuedBlob extends BlobVersion {
  readonly id: number;
  /** How often it was taken up, this time included. */
  readonly tries: number;
}

// A receipt with a position stands in the queue. Ids are never used twice: a sweep tells by them what is newer.
const SCHEMA = `
  CREATE TABLE receipt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, functionName TEXT NOT NULL, container TEXT NOT NULL, blob TEXT NOT NULL,
    etag TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, position INTEGER,
    UNIQUE (functionName, container, blob, etag)) STRICT;
  CREATE INDEX queue ON receipt (position) WHERE position IS NOT NULL;
  CREATE TABLE watched (
    functionName TEXT NOT NULL, container TEXT NOT NULL, PRIMARY KEY (functionName, container)) STRICT;`;

const SQL = {
  find: 'SELECT id FROM receipt WHERE functionName = ? AND container = ? AND blob = ? AND etag = ?',
  add: 'INSERT INTO receipt (functionName, container, blob, etag, position) VALUES (?, ?, ?, ?, ?)',
  next: `SELECT id, functionName, container, blob, etag, tries + 1 AS tries, position FROM receipt
    WHERE position > ? ORDER BY position LIMIT 1`,
  taken: 'UPDATE receipt SET tries = tries + 1 WHERE id = ?',
  again: 'UPDATE receipt SET position = ?, tries = tries - ? WHERE id = ?',
  done: 'UPDATE receipt SET position = NULL WHERE id = ?',
  lastId: 'SELECT max(id) AS value FROM receipt',
  lastPosition: 'SELECT max(position) AS value FROM receipt WHERE position IS NOT NULL',
  settled: `SELECT id FROM receipt WHERE functionName = ? AND container = ? AND position IS NULL AND id > ? AND id <= ?
    ORDER BY id LIMIT 500`,
  forget: 'DELETE FROM receipt WHERE id = ?',
  isWatched: 'SELECT 1 FROM watched WHERE functionName = ? AND container = ?',
  watch: 'INSERT OR IGNORE INTO watched VALUES (?, ?)',
};

/**
 * Which versions of blobs each function has been given, and the queue of those it still has to be given
 * (functions-host.md 3.3). Every method is durable against the death of the process when it returns; one that
 * cannot be done, as on a full disk, throws a HostFault that names the file.
 */
export class ReceiptStore {
  readonly #tables: SqliteTables<keyof typeof SQL>;
  #lastPosition: number;
  /** Everything in the queue up to here was handed out by this process. */
  #taken = 0;

  /** `:memory:` keeps nothing. Throws a HostFault that names the file. */
  constructor(file: string) {
    // 'Wmsr' in ASCII
    this.#tables = new SqliteTables(file, { applicationId: 0x57_6d_73_72, version: 1, schema: SCHEMA }, SQL);
    this.#lastPosition = Number(this.#tables.sql.lastPosition.get()?.value ?? 0);
  }

  /** Gives the ids of the receipts; those that were not there are made, and stand in the queue unless `settled`. */
  add(versions: readonly BlobVersion[], settled = false): number[] {
    const { find, add } = this.#tables.sql;
    return this.#tables.atOnce(() =>
      versions.map(({ functionName, container, blob, etag }) => {
        const key = [functionName, container, blob, etag];
        const found = find.get(...key);
        if (found !== undefined) return Number(found.id);
        return Number(add.run(...key, settled ? null : ++this.#lastPosition).lastInsertRowid);
      }),
    );
  }

  /** The next in the queue; it is not handed out again before `again`, or a new start. */
  take(): QueuedBlob | undefined {
    return this.#tables.guard(() => {
      const found = this.#tables.sql.next.get(this.#taken) as (QueuedBlob & { position: number }) | undefined;
      if (found === undefined) return undefined;
      this.#tables.sql.taken.run(found.id);
      this.#taken = found.position;
      return found;
    });
  }

  /** false: what still runs leaves no mark any more, so that the next start takes it up again. */
  get isOpen(): boolean {
    return this.#tables.isOpen;
  }

  /** Puts what was taken at the end of the queue; `counts`: as one try. */
  again(id: number, counts: boolean): void {
    if (this.isOpen)
      this.#tables.guard(() => this.#tables.sql.again.run(++this.#lastPosition, counts ? 0 : 1, id));
  }

  done(id: number): void {
    if (this.isOpen) this.#tables.guard(() => this.#tables.sql.done.run(id));
  }

  /** The newest receipt there is. */
  lastId(): number {
    return Number(this.#tables.sql.lastId.get()?.value ?? 0);
  }

  /** Drops settled receipts with ids from `afterId` to `lastId` that `kept` does not hold; gives where to go on. */
  forget(
    functionName: string,
    container: string,
    afterId: number,
    lastId: number,
    kept: ReadonlySet<number>,
  ): number | undefined {
    return this.#tables.guard(() => {
      const ids = this.#tables.sql.settled
        .all(functionName, container, afterId, lastId)
        .map(({ id }) => Number(id));
      for (const id of ids) if (!kept.has(id)) this.#tables.sql.forget.run(id);
      return ids.at(-1);
    });
  }

  /** Whether a function has seen a container as a whole once. */
  isWatched(functionName: string, container: string): boolean {
    return this.#tables.sql.isWatched.get(functionName, container) !== undefined;
  }

  watch(functionName: string, container: string): void {
    this.#tables.guard(() => this.#tables.sql.watch.run(functionName, container));
  }

  close(): void {
    this.#tables.close();
  }
}
