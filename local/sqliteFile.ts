import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { HostFault } from './hostFault.js';

const BUSY_TIMEOUT_MS = 250;
// Reads every page: about 10 ms for 10 MB. Damage in a larger file shows when its pages are read.
const MAX_CHECKED_BYTES = 64 * 1024 * 1024;

export interface SqliteSchema {
  /** Tells this kind of store from other SQLite files. */
  readonly applicationId: number;
  readonly version: number;
  /** Statements that make the tables of this version. */
  readonly schema: string;
}

const IN_USE = 'is in use by another process; stop that one or use another --data folder';
const DAMAGED = 'is damaged; put a copy in its place or use another --data folder';
const NOT_WRITABLE = 'cannot be opened for writing; check the --data folder and its rights';
/** By the result codes of SQLite for what is no fault of the program. */
const REASONS: Readonly<Record<number, string>> = {
  5: IN_USE,
  6: IN_USE,
  8: NOT_WRITABLE,
  10: 'cannot be read or written; is the disk full?',
  11: DAMAGED,
  13: 'cannot be written: the disk is full',
  14: NOT_WRITABLE,
  26: DAMAGED,
};

/** The fault to report for an error of the file or of the file system; any other error as it is. */
function storeFault(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'errcode' in error ? Number(error.errcode) & 0xff : -1;
  const reason = 'syscall' in error ? 'cannot be used' : REASONS[code];
  if (reason === undefined) return error;
  return new HostFault(`The store "${file}" ${reason} (${error.message}).`, { cause: error });
}

/**
 * The database of a store with its statements. Work that cannot be done, as on a full disk, throws a HostFault that
 * names the file.
 */
export class SqliteTables<Name extends string> {
  readonly sql: Readonly<Record<Name, StatementSync>>;
  readonly #database: DatabaseSync;

  /** `:memory:` keeps nothing. Throws a HostFault that names the file. */
  constructor(
    private readonly file: string,
    schema: SqliteSchema,
    statements: Readonly<Record<Name, string>>,
  ) {
    const database = openSqlite(file, schema);
    this.#database = database;
    try {
      const prepared = Object.entries<string>(statements).map(([name, text]) => [
        name,
        database.prepare(text),
      ]);
      this.sql = Object.fromEntries(prepared) as Record<Name, StatementSync>;
    } catch (error) {
      database.close();
      throw storeFault(file, error);
    }
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeFault(this.file, error);
    }
  }

  /** In one transaction, which is undone when `work` throws. */
  atOnce<T>(work: () => T): T {
    return this.guard(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk has ended the transaction already.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  close(): void {
    this.#database.close();
  }
}

/**
 * Opens a store for this process alone, made anew where there is none; ':memory:' keeps it in memory. What is
 * committed outlives the death of the process. Throws a HostFault that names the file; one that is refused stays as
 * it is.
 */
function openSqlite(file: string, kind: SqliteSchema): DatabaseSync {
  try {
    if (file !== ':memory:') {
      if (existsSync(file) && statSync(file).size > 0) check(file, kind);
      else create(file, kind);
    }
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      if (file === ':memory:') database.exec(kind.schema);
      // A lock on the whole file keeps a second host out. What the log holds outlives the process, which is
      // enough: it is not synced at each commit.
      database.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
      );
      database.exec('BEGIN IMMEDIATE; COMMIT');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw storeFault(file, error);
  }
}

/** Reads on a connection that cannot write. */
function check(file: string, { applicationId, version }: SqliteSchema): void {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const value = (pragma: string): unknown =>
      Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    const refuse = (reason: string): never => {
      throw new HostFault(`The store "${file}" ${reason}.`);
    };
    if (value('application_id') !== applicationId)
      refuse("is not one of Warmstart's for this use; use another --data folder");
    const found = Number(value('user_version'));
    if (found !== version) {
      const age = found > version ? 'a newer' : 'an older';
      refuse(`was written by ${age} version of Warmstart; use that version or another --data folder`);
    }
    if (statSync(file).size <= MAX_CHECKED_BYTES && value('quick_check(1)') !== 'ok') refuse(DAMAGED);
  } finally {
    database.close();
  }
}

/** A process that dies meanwhile leaves no half-made store behind. */
function create(file: string, { applicationId, version, schema }: SqliteSchema): void {
  const unfinished = `${file}.new`;
  // A log without its database would be read into the next database of that name.
  for (const path of [unfinished, `${unfinished}-journal`, `${file}-wal`, `${file}-shm`])
    rmSync(path, { force: true });
  const database = new DatabaseSync(unfinished);
  try {
    const marks = `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version};`;
    database.exec(`BEGIN; ${schema}; ${marks} COMMIT;`);
  } finally {
    database.close();
  }
  renameSync(unfinished, file);
}
