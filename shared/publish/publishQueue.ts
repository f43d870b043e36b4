import { ScoringError } from '../errors/scoringError.js';
import { Permits } from '../permits.js';

/** Models that are received and checked at once: each has a child process and its files on the disk. */
const atOnce = 2;
/** Each one that waits holds its body. */
const mostWaiting = 4;

/** Lets a few publishes through at once, a few more wait, and the rest is told to come again. */
export class PublishQueue {
  readonly #permits = new Permits(atOnce);
  #count = 0;

  /** Throws SCORE_ERR_QUEUE_FULL. */
  async run<T>(publish: () => Promise<T>): Promise<T> {
    if (this.#count >= atOnce + mostWaiting) {
      const message = `${this.#count} models are being published; try again when they are through`;
      throw new ScoringError('SCORE_ERR_QUEUE_FULL', message, { retryAfterS: 15 });
    }
    this.#count++;
    try {
      const giveBack = await this.#permits.acquire();
      try {
        return await publish();
      } finally {
        giveBack();
      }
    } finally {
      this.#count--;
    }
  }
}
