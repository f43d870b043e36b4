import type { Clock } from '../../clock.js';
import { ScoringError } from '../../errors/scoringError.js';

/** The same values while the time lasts. Throws SCORE_ERR_ARTIFACT_TOO_LARGE for the first one that comes later. */
export async function* within<T>(values: AsyncIterable<T>, mostMs: number, clock: Clock): AsyncGenerator<T> {
  const startMs = clock.nowMs();
  for await (const value of values) {
    if (clock.nowMs() - startMs > mostMs) {
      const message = `the artifacts took over ${mostMs / 1000} s; ask for fewer items with from and count`;
      throw new ScoringError('SCORE_ERR_ARTIFACT_TOO_LARGE', message);
    }
    yield value;
  }
}
