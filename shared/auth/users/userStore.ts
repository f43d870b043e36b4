import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';
import { changeJsonBlob, readJsonBlob, writeJsonBlob } from '../../storage/jsonBlob.js';
import { requireFree, withGone, type GoneName } from '../goneNames.js';
import type { User } from './user.js';

/** A user as storage keeps it. */
export interface StoredUser extends User {
  readonly createdMs: number;
}

interface UsersFile {
  readonly users: readonly StoredUser[];
  readonly gone?: readonly GoneName[];
}

interface UserStoreOptions {
  /** How long the name of somebody who was removed is held. */
  readonly goneKeptMs: number;
  /** Users were changed here. */
  readonly onChange: () => void;
}

const blob: BlobAddress = { container: 'state', name: 'users.json' };

/** They are read together by every login. */
const mostUsers = 1000;

/**
 * The users: those of the setting WARMSTART_USERS, which go before, and those that Owners have made, kept as
 * `state/users.json`. Throws the errors of storage, and SCORE_ERR_STATE_BUSY.
 */
export class UserStore {
  /** `open` is undefined where no storage is configured: then there are those of the setting alone. */
  constructor(
    private readonly fixed: readonly User[],
    private readonly open: (() => BlobStore) | undefined,
    private readonly options: UserStoreOptions,
  ) {}

  /** Undefined when there is none of this name. */
  async find(name: string): Promise<User | undefined> {
    return this.#fixed(name) ?? (await this.#stored()).find((user) => user.name === name);
  }

  /** As `find`, with the same calls of storage for every name: their time tells nothing. */
  async findForLogin(name: string): Promise<User | undefined> {
    const stored = await this.#stored();
    return this.#fixed(name) ?? stored.find((user) => user.name === name);
  }

  /** All of them in order of name; `isFixed`: it comes from the setting. */
  async list(): Promise<readonly (User & { readonly isFixed: boolean; readonly createdMs?: number })[]> {
    const stored = (await this.#stored()).filter(({ name }) => !this.#fixed(name));
    return [
      ...this.fixed.map((user) => ({ ...user, isFixed: true })),
      ...stored.map((user) => ({ ...user, isFixed: false })),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Makes a user or changes one. Without `passwordHash` it keeps its own, and undefined says that there is no such user.
   * Throws SCORE_ERR_USER_FIXED, SCORE_ERR_USER_LAST_OWNER, SCORE_ERR_ACCOUNTS_FULL and SCORE_ERR_ACCOUNT_NAME_HELD.
   */
  async put(
    { name, role, passwordHash }: Omit<User, 'passwordHash'> & { readonly passwordHash?: string },
    nowMs: number,
  ): Promise<'made' | 'changed' | undefined> {
    let outcome: 'made' | 'changed' | undefined;
    await this.#change(name, (users, gone) => {
      const before = users.find((user) => user.name === name);
      const hash = passwordHash ?? before?.passwordHash;
      outcome = hash === undefined ? undefined : before ? 'changed' : 'made';
      if (hash === undefined) return undefined;
      if (!before && users.length >= mostUsers) {
        const message = `there are ${mostUsers} users already; remove one first`;
        throw new ScoringError('SCORE_ERR_ACCOUNTS_FULL', message);
      }
      if (!before) requireFree(gone, name, nowMs, this.options.goneKeptMs);
      const user = { name, role, passwordHash: hash, createdMs: before?.createdMs ?? nowMs };
      return { users: [...users.filter((one) => one.name !== name), user], gone };
    });
    return outcome;
  }

  /** Throws SCORE_ERR_USER_NOT_FOUND, SCORE_ERR_USER_FIXED and SCORE_ERR_USER_LAST_OWNER. */
  async remove(name: string, nowMs: number): Promise<void> {
    await this.#change(name, (users, gone) => {
      if (!users.some((user) => user.name === name)) {
        throw new ScoringError('SCORE_ERR_USER_NOT_FOUND', `there is no user '${shownName(name)}'`);
      }
      return {
        users: users.filter((user) => user.name !== name),
        gone: withGone(gone, name, nowMs, this.options.goneKeptMs),
      };
    });
  }

  /** Writes the first user of all; false when there have been users before, or storage is not configured. */
  async putFirst(user: StoredUser): Promise<boolean> {
    if (!this.open) return false;
    const file: UsersFile = { users: [user] };
    return (await writeJsonBlob(this.open(), blob, file, 'absent')) !== 'conflict';
  }

  /** Whether nobody was ever made, and the setting has nobody. */
  async isNew(): Promise<boolean> {
    return this.fixed.length === 0 && this.open !== undefined && !(await this.open().find(blob));
  }

  #fixed(name: string): User | undefined {
    return this.fixed.find((user) => user.name === name);
  }

  async #stored(): Promise<readonly StoredUser[]> {
    return this.open ? ((await readJsonBlob<UsersFile>(this.open(), blob))?.value.users ?? []) : [];
  }

  async #change(
    name: string,
    change: (users: readonly StoredUser[], gone: readonly GoneName[]) => UsersFile | undefined,
  ): Promise<void> {
    if (this.#fixed(name)) {
      const message = `the user '${name}' comes from the setting WARMSTART_USERS and is changed there`;
      throw new ScoringError('SCORE_ERR_USER_FIXED', message);
    }
    if (!this.open) {
      throw new ScoringError(
        'SCORE_ERR_STORAGE_MISSING',
        'users are kept in storage: WARMSTART_STORAGE is not set',
      );
    }
    await changeJsonBlob<UsersFile>(this.open(), blob, 'the list of users', (file) => {
      const next = change(file?.users ?? [], file?.gone ?? []);
      if (!next) return undefined;
      if (file?.users.some(isOwner) && !next.users.some(isOwner) && !this.fixed.some(isOwner)) {
        throw new ScoringError('SCORE_ERR_USER_LAST_OWNER', `'${shownName(name)}' is the last Owner`);
      }
      return next;
    });
    this.options.onChange();
  }
}

const isOwner = ({ role }: User) => role === 'Owner';
