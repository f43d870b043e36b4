import type { Clock } from '../clock.js';

export interface Waiting {
  /** When it stops to be worth waiting, by the steady clock. */
  readonly deadlineMs: number;
}

/** A bounded first-in, first-out queue whose entries expire. One timer serves all, since waits have one length. */
export class WaitingQueue<T extends Waiting> {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #onExpired: (entry: T) => void;
  #entries: T[] = [];
  #cancelTimer: (() => void) | undefined;

  constructor(limit: number, clock: Clock, onExpired: (entry: T) => void) {
    this.#limit = limit;
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  get length(): number {
    return this.#entries.length;
  }

  some(test: (entry: T) => boolean): boolean {
    return this.#entries.some(test);
  }

  /** Adds an entry; false when the queue is full. */
  push(entry: T): boolean {
    if (this.#entries.length >= this.#limit) return false;
    this.#entries.push(entry);
    this.#arm();
    return true;
  }

  /** Takes out, in order, every entry that `take` accepts, until it answers 'stop'. */
  drainWhile(take: (entry: T) => 'taken' | 'keep' | 'stop'): void {
    let at = 0;
    let kept = 0;
    for (; at < this.#entries.length; at++) {
      const entry = this.#entries[at] as T;
      const verdict = take(entry);
      if (verdict === 'stop') break;
      if (verdict === 'keep') this.#entries[kept++] = entry;
    }
    if (kept < at) this.#entries.splice(kept, at - kept);
    this.#arm();
  }

  #arm(): void {
    const [first] = this.#entries;
    if (!first) {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
      return;
    }
    this.#cancelTimer ??= this.#clock.after(Math.max(0, first.deadlineMs - this.#clock.nowMs()), () => {
      this.#cancelTimer = undefined;
      const now = this.#clock.nowMs();
      this.drainWhile((entry) => {
        if (entry.deadlineMs > now) return 'stop';
        this.#onExpired(entry);
        return 'taken';
      });
    });
  }
}
