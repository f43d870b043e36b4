import { hash } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { ScoringError } from '../../errors/scoringError.js';
import type { BlobStore } from '../../storage/blobStore.js';
import { failureBuckets, type FailureBucket, type FailureBuckets, type Failures } from './failureBuckets.js';

const failuresBeforeLock = 5;
const firstLockMs = 30_000;
const longestLockMs = 15 * 60_000;
/** Failures are forgotten when there was none for so long. */
export const failuresKeptMs = 24 * 60 * 60_000;

/** A full bucket counts its further names together: they lock each other, and nobody gets more guesses by filling it. */
const mostNamesInBucket = 200;
const furtherNames = 'further names';

/** How long a name stays locked, in ms; 0: it is not. */
export function lockedForMs({ count, lastMs }: Failures, nowMs: number): number {
  if (count < failuresBeforeLock) return 0;
  const lockMs = Math.min(firstLockMs * 2 ** (count - failuresBeforeLock), longestLockMs);
  return Math.max(0, lastMs + lockMs - nowMs);
}

/** The failures after one more. */
export function oneMore(before: Failures | undefined, nowMs: number): Failures {
  const isForgotten = before === undefined || isOld(before, nowMs);
  return { count: isForgotten ? 1 : before.count + 1, lastMs: nowMs };
}

/**
 * Counts failed logins by name, whether there is a user of this name or not: neither an answer nor its time nor a lock on
 * another instance tells that. In storage, in a bounded number of blobs of bounded size, else in memory.
 */
export class LoginFailures {
  readonly #buckets: FailureBuckets;

  constructor(
    open: (() => BlobStore) | undefined,
    private readonly clock: Clock,
  ) {
    this.#buckets = failureBuckets(open);
  }

  /** Throws SCORE_ERR_LOGIN_LOCKED, and the errors of storage. */
  async refuseLocked(name: string): Promise<void> {
    const sha256 = hash('sha256', name);
    const bucket = (await this.#buckets.read(sha256)) ?? {};
    this.#refuse(bucket[keyIn(bucket, sha256)]);
  }

  /**
   * Counts a try as failed before it is made, so that of many at once, on all instances, no more are made than the lock
   * allows. Throws as `refuseLocked`, and SCORE_ERR_STATE_BUSY.
   */
  async begin(name: string): Promise<void> {
    const sha256 = hash('sha256', name);
    const nowMs = this.clock.wallMs();
    await this.#buckets.change(sha256, (before) => {
      const bucket = remembered(before, nowMs);
      const key = keyIn(bucket, sha256);
      this.#refuse(bucket[key]);
      return { ...bucket, [key]: oneMore(bucket[key], nowMs) };
    });
  }

  /** Forgets the failures of a name: its login has succeeded, or it has a new password. Throws the errors of storage. */
  async forget(name: string): Promise<void> {
    const sha256 = hash('sha256', name);
    await this.#buckets.change(sha256, (before) => {
      if (!before[sha256]) return undefined;
      return Object.fromEntries(Object.entries(before).filter(([key]) => key !== sha256));
    });
  }

  #refuse(failures: Failures | undefined): void {
    const lockedMs = failures ? lockedForMs(failures, this.clock.wallMs()) : 0;
    if (lockedMs === 0) return;
    const retryAfterS = Math.ceil(lockedMs / 1000);
    const message = `too many logins with this user name have failed; it is locked for ${retryAfterS} s`;
    throw new ScoringError('SCORE_ERR_LOGIN_LOCKED', message, { retryAfterS });
  }
}

const isOld = ({ lastMs }: Failures, nowMs: number) => nowMs - lastMs > failuresKeptMs;

function remembered(bucket: FailureBucket, nowMs: number): FailureBucket {
  return Object.fromEntries(Object.entries(bucket).filter(([, failures]) => !isOld(failures, nowMs)));
}

function keyIn(bucket: FailureBucket, sha256: string): string {
  return bucket[sha256] || Object.keys(bucket).length < mostNamesInBucket ? sha256 : furtherNames;
}
