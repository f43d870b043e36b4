import type { Clock } from '../clock.js';
import { ScoringError } from '../errors/scoringError.js';

/** A look that has failed is not repeated before this time. */
const failurePauseMs = 1000;

/**
 * Something that is looked at when somebody needs it and the last look is too old: one look at a time, whoever asks
 * meanwhile waits for the same one. Where a look fails or takes long, those who ask are told so at once, until one has
 * succeeded again: what they know serves on.
 */
export class FreshLook {
  readonly #clock: Clock;
  readonly #look: () => Promise<void>;
  #currentMs = -Infinity;
  #running: Promise<ScoringError | undefined> | undefined;
  #failed: { readonly atMs: number; readonly error: ScoringError } | undefined;
  #isSlow = false;

  constructor(clock: Clock, look: () => Promise<void>) {
    this.#clock = clock;
    this.#look = look;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether a look that succeeded began at most so long ago. */
  isCurrent(maxAgeMs: number): boolean {
    return this.#clock.nowMs() - this.#currentMs < maxAgeMs;
  }

  /** Looks, and waits at most `patienceMs` for the answer. Gives the fault where it could not be told. */
  async look(patienceMs: number): Promise<ScoringError | undefined> {
    if (this.#failed && this.#clock.nowMs() - this.#failed.atMs < failurePauseMs) return this.#failed.error;
    this.#running ??= this.#run();
    if (this.#isSlow) return this.#failed?.error ?? noAnswer();
    return this.#patiently(this.#running, patienceMs);
  }

  async #run(): Promise<ScoringError | undefined> {
    const begunMs = this.#clock.nowMs();
    try {
      await this.#look();
      this.#currentMs = begunMs;
      this.#failed = undefined;
      this.#isSlow = false;
      return undefined;
    } catch (thrown) {
      const error =
        thrown instanceof ScoringError
          ? thrown
          : new ScoringError('SCORE_ERR_INTERNAL', 'an internal fault', { cause: thrown });
      this.#failed = { atMs: this.#clock.nowMs(), error };
      this.#isSlow = true;
      return error;
    } finally {
      this.#running = undefined;
    }
  }

  #patiently(
    running: Promise<ScoringError | undefined>,
    patienceMs: number,
  ): Promise<ScoringError | undefined> {
    return new Promise((resolve) => {
      const callOff = this.#clock.after(patienceMs, () => {
        this.#isSlow = true;
        resolve(noAnswer());
      });
      void running.then(resolve).finally(callOff);
    });
  }
}

const noAnswer = () => new ScoringError('SCORE_ERR_STORAGE_UNAVAILABLE', 'storage has not answered yet');
