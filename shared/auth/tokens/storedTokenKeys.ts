import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';
import { changeJsonBlob, readJsonBlob } from '../../storage/jsonBlob.js';
import type { TokenKey, TokenKeys } from './tokenKeys.js';

interface StoredKey {
  readonly id: string;
  readonly secret: string;
  readonly createdMs: number;
}

/** From the newest to the oldest. */
interface KeysFile {
  readonly keys: readonly StoredKey[];
}

const blob: BlobAddress = { container: 'state', name: 'token-keys.json' };

const minuteMs = 60_000;
/** Age at which a key gets a successor. */
const keyLifeMs = 30 * 24 * 60 * minuteMs;
/** A new key signs when the others had the time to see it. */
const publishedMs = minuteMs;
/** An instance looks again so often. */
const cachedMs = 5 * minuteMs;
/** An unknown key may be a new one; one that is made up must not cost a read each time. */
const lookAgainMs = 5000;
/** So long a key is accepted after it has a successor: the hour of a token, and what others take to see the new one. */
const overlapMs = 120 * minuteMs;

/**
 * Keys that are made once and kept as `state/token-keys.json` for all instances. A new one is made every 30 days; the one
 * before is accepted until its tokens have expired.
 */
export class StoredTokenKeys implements TokenKeys {
  #keys: readonly StoredKey[] = [];
  #readMs = -Infinity;
  #reading: Promise<void> | undefined;
  /** The last read, where it failed. */
  #failed: { readonly atMs: number; readonly error: Error } | undefined;

  constructor(
    private readonly open: () => BlobStore,
    private readonly clock: Clock,
  ) {}

  async current(): Promise<TokenKey> {
    if (this.#isOlderThan(cachedMs)) await this.#refresh();
    if (needsKey(this.#keys, this.clock.wallMs())) await this.#add();
    const usableMs = this.clock.wallMs() - publishedMs;
    const signing = this.#keys.find(({ createdMs }) => createdMs <= usableMs) ?? this.#keys.at(-1);
    // `#add` leaves one at least
    return toKey(signing as StoredKey);
  }

  async find(id: string): Promise<TokenKey | undefined> {
    const known = this.#accepted(id);
    if (known) {
      // beside the call, which has what it needs
      if (this.#isOlderThan(cachedMs)) void this.#refresh().catch(() => undefined);
      return toKey(known);
    }
    if (this.#isOlderThan(lookAgainMs)) await this.#refresh();
    const found = this.#accepted(id);
    return found && toKey(found);
  }

  #isOlderThan(ageMs: number): boolean {
    return this.clock.nowMs() - this.#readMs >= ageMs;
  }

  #accepted(id: string): StoredKey | undefined {
    const at = this.#keys.findIndex((key) => key.id === id);
    const successor = this.#keys[at - 1];
    const isOver = successor !== undefined && this.clock.wallMs() > successor.createdMs + overlapMs;
    return isOver ? undefined : this.#keys[at];
  }

  /** Reads them, one read at a time. What is known serves on where storage does not answer; it is asked again after 5 s. */
  #refresh(): Promise<void> {
    const failed = this.#failed;
    if (!this.#reading && failed && this.clock.nowMs() - failed.atMs < lookAgainMs) {
      return this.#keys.length > 0 ? Promise.resolve() : Promise.reject(failed.error);
    }
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const startMs = this.clock.nowMs();
    try {
      const keys = (await readJsonBlob<KeysFile>(this.open(), blob))?.value.keys ?? [];
      this.#failed = undefined;
      // one was made here meanwhile
      if (this.#readMs > startMs) return;
      this.#keys = keys;
      this.#readMs = startMs;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#failed = { atMs: this.clock.nowMs(), error };
      if (this.#keys.length === 0) throw error;
    }
  }

  async #add(): Promise<void> {
    const nowMs = this.clock.wallMs();
    const { value } = await changeJsonBlob<KeysFile>(this.open(), blob, 'the keys of tokens', (before) => {
      const keys = before?.keys ?? [];
      if (!needsKey(keys, nowMs)) return undefined;
      const made = {
        id: randomBytes(9).toString('base64url'),
        secret: randomBytes(64).toString('base64url'),
        createdMs: nowMs,
      };
      return { keys: [made, ...keys.slice(0, 1)] };
    });
    this.#keys = value?.keys ?? [];
    this.#readMs = this.clock.nowMs();
  }
}

const needsKey = ([newest]: readonly StoredKey[], nowMs: number) =>
  newest === undefined || nowMs - newest.createdMs > keyLifeMs;

const toKey = ({ id, secret }: StoredKey): TokenKey => ({ id, secret: Buffer.from(secret, 'base64url') });
