/** Expected work time per model, from what its calls took; a single slow call does not spoil it. */
export class ServiceTimes {
  readonly #estimates = new Map<string, number>();

  /** Milliseconds; infinity before the first call has come back. */
  estimateMs(key: string): number {
    return this.#estimates.get(key) ?? Infinity;
  }

  record(key: string, tookMs: number): void {
    const before = this.#estimates.get(key);
    // a call that was descheduled says nothing about the model: it counts as four times the usual at most
    const counted = before === undefined ? tookMs : Math.min(tookMs, before * 4 + 0.05);
    this.#estimates.set(key, before === undefined ? counted : before * 0.8 + counted * 0.2);
  }

  forget(key: string): void {
    this.#estimates.delete(key);
  }
}
