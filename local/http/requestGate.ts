export type Entry = 'running' | 'rejected' | Promise<void>;

/**
 * Bounds the requests that run and that wait (functions-host.md 2.4): first in, first out, and what does not
 * fit is rejected at once. A limit of -1 is none.
 */
export class RequestGate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly maxConcurrent: number,
    private readonly maxOutstanding: number,
  ) {}

  enter(): Entry {
    const outstanding = this.#running + this.#waiting.length;
    if (this.maxOutstanding >= 0 && outstanding >= this.maxOutstanding) return 'rejected';
    if (this.maxConcurrent < 0 || this.#running < this.maxConcurrent) {
      this.#running += 1;
      return 'running';
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
