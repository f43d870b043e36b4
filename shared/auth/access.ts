import { ScoringError } from '../errors/scoringError.js';

/** What a route asks of its caller; `anonymous` is for health alone. */
export type Permission = 'anonymous' | 'score' | 'batch' | 'model' | 'admin';

/**
 * How callers are checked. `off` exists for the local host alone, which passes it in after binding to loopback; it is
 * never read from the environment (design, section 8).
 */
export type AccessMode = 'off' | 'required';

/** Throws SCORE_ERR_ACCESS_DENIED unless the call may use a route with this permission. */
export function checkAccess(mode: AccessMode, permission: Permission): void {
  if (permission === 'anonymous' || mode === 'off') return;
  throw new ScoringError(
    'SCORE_ERR_ACCESS_DENIED',
    'this route needs credentials, and no way to give any is configured',
  );
}
