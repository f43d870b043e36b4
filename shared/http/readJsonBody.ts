import { ScoringError } from '../errors/scoringError.js';
import type { HttpCall } from './httpCall.js';

const jsonType = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

/**
 * The bytes of a JSON request, with length and type checked before they are read.
 *
 * Throws SCORE_ERR_BODY_LENGTH_REQUIRED, _TOO_LARGE, _MEDIA_TYPE and _EMPTY. A missing content type is taken as JSON.
 */
export async function readJsonBody(call: HttpCall, maxBytes: number): Promise<Uint8Array> {
  const length = call.header('content-length');
  if (length === undefined && call.header('transfer-encoding') !== undefined) {
    // the Functions host gives such a body as an empty one, with status 200 (contracts/functions-host.md 2.4)
    throw new ScoringError(
      'SCORE_ERR_BODY_LENGTH_REQUIRED',
      'expected a content-length, got transfer-encoding',
    );
  }
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes, Number(length));
  const type = call.header('content-type');
  if (type !== undefined && !jsonType.test(type)) {
    const shown = type.slice(0, 100);
    throw new ScoringError(
      'SCORE_ERR_BODY_MEDIA_TYPE',
      `expected content-type application/json, got ${shown}`,
    );
  }
  const encoding = call.header('content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    const shown = encoding.slice(0, 100);
    throw new ScoringError('SCORE_ERR_BODY_MEDIA_TYPE', `expected no content-encoding, got ${shown}`);
  }
  const body = await call.body();
  if (body.length > maxBytes) throw tooLarge(maxBytes, body.length);
  if (body.length === 0) throw new ScoringError('SCORE_ERR_BODY_EMPTY', 'expected a JSON body, got none');
  return body;
}

const tooLarge = (maxBytes: number, bytes: number) =>
  new ScoringError('SCORE_ERR_BODY_TOO_LARGE', `expected at most ${maxBytes} bytes, got ${bytes}`);
