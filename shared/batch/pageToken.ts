import { createHash } from 'node:crypto';
import { ScoringError } from '../errors/scoringError.js';

const shape = /^([\w-]{8})([\w-]+)$/;

/** The `page` that follows in a list: where storage goes on, bound to the list that it belongs to. */
export function pageToken(list: string, marker: string): string {
  return checkOf(list, marker) + Buffer.from(marker).toString('base64url');
}

/** Where storage goes on. Throws SCORE_ERR_JOB_OPTION for what no answer about this list has given. */
export function markerOf(list: string, page: string): string {
  const [, check, encoded = ''] = shape.exec(page) ?? [];
  const marker = Buffer.from(encoded, 'base64url').toString();
  if (check === checkOf(list, marker)) return marker;
  throw new ScoringError(
    'SCORE_ERR_JOB_OPTION',
    'page: expected the next of an earlier answer with the same filters',
  );
}

const checkOf = (list: string, marker: string) =>
  createHash('sha256').update(`${list}\0${marker}`).digest('base64url').slice(0, 8);
