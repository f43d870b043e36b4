import { createHash } from 'node:crypto';
import { ScoringError } from '../../errors/scoringError.js';

/**
 * The id of a job that was asked for: a new one, or with an idempotency key always the same one for this owner.
 * `newId` makes UUIDs. Throws SCORE_ERR_JOB_OPTION for a key that is not 1 to 200 printable ASCII characters.
 */
export function jobIdFor(owner: string, idempotencyKey: string | undefined, newId: () => string): string {
  if (idempotencyKey === undefined) return newId();
  if (!/^[\x20-\x7e]{1,200}$/.test(idempotencyKey)) {
    throw new ScoringError(
      'SCORE_ERR_JOB_OPTION',
      `Idempotency-Key: expected 1 to 200 printable ASCII characters, got ${idempotencyKey.length} characters`,
    );
  }
  // the key has no NUL, so that the last one tells where the owner ends
  return hashedId('key', `${owner}\0${idempotencyKey}`);
}

/** The id of the job for one state of an uploaded blob. */
export function uploadJobId(container: string, name: string, etag: string): string {
  return hashedId('upload', `${container}\0${name}\0${etag}`);
}

/** The id of the job for one due time of a schedule. */
export function scheduledJobId(
  { service, id, owner }: { readonly service: string; readonly id: string; readonly owner: string },
  dueMs: number,
): string {
  // the names before it have no NUL, so that they tell where the owner begins
  return hashedId('schedule', `${service}\0${id}\0${dueMs}\0${owner}`);
}

/** 128 bits of a SHA-256 in the form of a UUID. */
function hashedId(kind: string, text: string): string {
  const hex = createHash('sha256').update(`${kind}\0${text}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
