import { ScoringError } from '../../errors/scoringError.js';
import { parseJson } from '../../protocols/parseJson.js';

/** What is parsed on the main thread at once; 10,000 names of 50 characters fit. */
const mostBytes = 512 * 1024;

/**
 * The JSON of a body that describes a job, an upload or a schedule. Throws SCORE_ERR_BODY_TOO_LARGE over 512 KiB, else what
 * `parseJson` throws.
 */
export function parseDescribingBody(bytes: Uint8Array): unknown {
  if (bytes.length > mostBytes) {
    throw new ScoringError(
      'SCORE_ERR_BODY_TOO_LARGE',
      `expected a description of at most ${mostBytes} bytes, got ${bytes.length}; many blobs are named by a prefix`,
    );
  }
  return parseJson(bytes, { exactIntegers: false });
}
