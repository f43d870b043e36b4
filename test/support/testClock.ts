import type { Clock } from '../../shared/clock.js';

interface Alarm {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  #nowMs = 0;
  #alarms = new Set<Alarm>();

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, callback };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /** Number of alarms that are set. */
  get alarms(): number {
    return this.#alarms.size;
  }

  /** Moves the time on and rings what is due, in order. */
  move(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#nextUntil(untilMs); next; next = this.#nextUntil(untilMs)) {
      this.#alarms.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = untilMs;
  }

  #nextUntil(untilMs: number): Alarm | undefined {
    return [...this.#alarms].filter((one) => one.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}
