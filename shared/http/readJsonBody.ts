import { ScoringError } from '../errors/scoringError.js';
import type { HttpCall } from './httpCall.js';
import { readBody } from './readBody.js';

const jsonType = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

/**
 * The bytes of a JSON request, with length and type checked before they are read.
 *
 * Throws SCORE_ERR_BODY_LENGTH_REQUIRED, _TOO_LARGE, _MEDIA_TYPE and _EMPTY. A missing content type is taken as JSON.
 */
export function readJsonBody(call: HttpCall, maxBytes: number): Promise<Uint8Array> {
  return readBody(call, maxBytes, () => {
    const type = call.header('content-type');
    if (type !== undefined && !jsonType.test(type)) {
      throw mediaType(`expected content-type application/json, got ${type.slice(0, 100)}`);
    }
    const encoding = call.header('content-encoding');
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      throw mediaType(`expected no content-encoding, got ${encoding.slice(0, 100)}`);
    }
  });
}

const mediaType = (message: string) => new ScoringError('SCORE_ERR_BODY_MEDIA_TYPE', message);
