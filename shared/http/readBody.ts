import { ScoringError } from '../errors/scoringError.js';
import type { HttpCall } from './httpCall.js';

/**
 * The bytes of a request, with their announced length checked before they are read. `checkHeaders` is called in between:
 * what it throws counts behind a wrong length. Throws SCORE_ERR_BODY_LENGTH_REQUIRED, _TOO_LARGE and _EMPTY.
 */
export async function readBody(
  call: HttpCall,
  maxBytes: number,
  checkHeaders?: () => void,
): Promise<Uint8Array> {
  const length = call.header('content-length');
  if (length === undefined && call.header('transfer-encoding') !== undefined) {
    // the Functions host gives such a body as an empty one, with status 200 (contracts/functions-host.md 2.4)
    throw new ScoringError(
      'SCORE_ERR_BODY_LENGTH_REQUIRED',
      'expected a content-length, got transfer-encoding',
    );
  }
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes, Number(length));
  checkHeaders?.();
  const body = await call.body();
  if (body.length > maxBytes) throw tooLarge(maxBytes, body.length);
  if (body.length === 0) throw new ScoringError('SCORE_ERR_BODY_EMPTY', 'expected a body, got none');
  return body;
}

const tooLarge = (maxBytes: number, bytes: number) =>
  new ScoringError('SCORE_ERR_BODY_TOO_LARGE', `expected at most ${maxBytes} bytes, got ${bytes}`);
