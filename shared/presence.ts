import { createHash } from 'node:crypto';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { PoolFigures } from './runtime/pool.js';
import { listAll, type BlobStore } from './storage/blobStore.js';

/** An instance of the app, as it told of itself last. */
export interface Instance {
  readonly id: string;
  readonly seenMs: number;
  /** Of the app. */
  readonly version: string;
  readonly pool: PoolFigures;
}

export interface PresenceOptions {
  /** Of this instance: one path segment. */
  readonly id: string;
  readonly version: string;
  /** Undefined where no storage is configured: then instances do not know of each other. */
  readonly store: (() => BlobStore) | undefined;
  readonly pool: () => PoolFigures;
  readonly clock: Clock;
  readonly log: Log;
}

const container = 'state';
const folder = 'instances/';

const tellEveryMs = 60_000;
/** So long after the start the first calls have the thread for themselves. */
const firstTellMs = 2000;
const answerMs = 100;
const liveMs = 3 * tellEveryMs;
/** More were never told of; a container that was filled by others must not hold up who lists. */
const mostListed = 1000;

/**
 * What instances know of each other: each tells of itself in storage while it is called, at most once a minute, as
 * metadata of an empty blob `state/instances/<id>`. Nothing runs when no call comes.
 */
export class Presence {
  readonly #options: PresenceOptions;
  #nextTellMs: number;
  #isTelling = false;
  #hasFailed = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#nextTellMs = options.clock.nowMs() + firstTellMs;
  }

  /** This instance as it is now. */
  get own(): Instance {
    const { id, version, pool, clock } = this.#options;
    return { id, version, seenMs: clock.wallMs(), pool: pool() };
  }

  /** A call was answered. Costs nothing but when it is time to tell; never throws, and nobody waits for it. */
  touch(): void {
    const { clock, store } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs < this.#nextTellMs || this.#isTelling || !store) return;
    this.#nextTellMs = nowMs + tellEveryMs;
    this.#isTelling = true;
    // not before the answer is out: the first call of storage loads its client
    clock.after(answerMs, () => {
      void this.#tell(store);
    });
  }

  /** The instances that told of themselves within three minutes, this one among them, by id; removes what older ones left. Throws SCORE_ERR_STORAGE_*. */
  async live(): Promise<Instance[]> {
    const { store } = this.#options;
    const { own } = this;
    const found = [own];
    const old: string[] = [];
    if (store) {
      let listed = 0;
      for await (const { name, metadata } of listAll(store(), container, folder)) {
        if (++listed > mostListed) break;
        const instance = parseInstance(name, metadata);
        if (own.seenMs - instance.seenMs > liveMs) old.push(name);
        else if (instance.id !== own.id) found.push(instance);
      }
      for (const name of old) await store().remove({ container, name });
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #tell(store: () => BlobStore): Promise<void> {
    const { id, seenMs, version, pool } = this.own;
    const figures = Object.entries(pool).map(([key, value]) => [key.toLowerCase(), String(value)]);
    const metadata = { seen: String(seenMs), version, ...Object.fromEntries(figures) } as Record<
      string,
      string
    >;
    try {
      await store().put({ container, name: `${folder}${id}` }, new Uint8Array(0), { metadata });
      this.#hasFailed = false;
    } catch (error) {
      // once, not every minute
      if (!this.#hasFailed)
        this.#options.log.warn(`this instance could not tell of itself: ${String(error)}`);
      this.#hasFailed = true;
    } finally {
      this.#isTelling = false;
    }
  }
}

/** The id of an instance: random, and after a hash of the platform's own name for it where there is one. */
export function instanceIdOf(platformId: string | undefined, newId: () => string): string {
  const random = newId().slice(0, 8);
  if (platformId === undefined || platformId === '') return random;
  return `${createHash('sha256').update(platformId).digest('hex').slice(0, 8)}-${random}`;
}

function parseInstance(name: string, metadata: Readonly<Record<string, string>>): Instance {
  const whole = (key: string) => {
    const value = Number(metadata[key]);
    return Number.isSafeInteger(value) && value >= 0 ? value : 0;
  };
  return {
    id: name.slice(folder.length),
    seenMs: whole('seen'),
    version: metadata.version ?? '',
    pool: {
      threads: whole('threads'),
      usable: whole('usable'),
      busy: whole('busy'),
      waiting: whole('waiting'),
      queueLimit: whole('queuelimit'),
    },
  };
}
