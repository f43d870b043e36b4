import type { Clock } from '../../clock.js';
import { ScoringError } from '../../errors/scoringError.js';
import { limiter } from '../../limiter.js';

/** Archives that a process makes at once. */
const mostArchives = 2;
const retryAfterS = 10;

/** An item goes ahead after this time, however many calls wait: an archive ends some time. */
const mostYieldMs = 100;
const lookAgainMs = 5;

interface ArchiveTurnsOptions {
  readonly clock: Clock;
  /** Whether calls wait for a scoring thread. */
  readonly callsWait: () => boolean;
}

/** Keeps the archives of a process behind the calls: few at once, and one item of all of them on the scoring threads. */
export class ArchiveTurns {
  readonly #options: ArchiveTurnsOptions;
  readonly #one = limiter(1);
  #archives = 0;

  constructor(options: ArchiveTurnsOptions) {
    this.#options = options;
  }

  /** Has an archive made. Throws SCORE_ERR_QUEUE_FULL where two are being made, and what `make` throws. */
  async archive<T>(make: () => Promise<T>): Promise<T> {
    if (this.#archives >= mostArchives) {
      const message = `${mostArchives} archives of artifacts are being made; an instance makes no more at once`;
      throw new ScoringError('SCORE_ERR_QUEUE_FULL', message, { retryAfterS });
    }
    this.#archives++;
    try {
      return await make();
    } finally {
      this.#archives--;
    }
  }

  /** Has the files of one item made, when no other item is in work; lets calls that wait go first, for at most 100 ms. */
  item<T>(make: () => Promise<T>): Promise<T> {
    return this.#one(async () => {
      await this.#letCallsPass();
      return make();
    });
  }

  async #letCallsPass(): Promise<void> {
    const { clock, callsWait } = this.#options;
    const startMs = clock.nowMs();
    while (callsWait() && clock.nowMs() - startMs < mostYieldMs) {
      await new Promise<void>((resolve) => {
        clock.after(lookAgainMs, resolve);
      });
    }
  }
}
