import { ScoringError } from '../../errors/scoringError.js';
import { limiter } from '../../limiter.js';

/** Lets tasks through in order. */
export type Queue = <T>(task: () => Promise<T>) => Promise<T>;

/** Lets `width` tasks run side by side, and `mostWaiting` wait. Throws SCORE_ERR_QUEUE_FULL with `fullText` for one more. */
export function boundedQueue(width: number, mostWaiting: number, fullText: string): Queue {
  const aFewAtOnce = limiter(width);
  let inside = 0;
  return async (task) => {
    if (inside >= width + mostWaiting) {
      throw new ScoringError('SCORE_ERR_QUEUE_FULL', fullText, { retryAfterS: 5 });
    }
    inside++;
    try {
      return await aFewAtOnce(task);
    } finally {
      inside--;
    }
  };
}
