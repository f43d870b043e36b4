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

/** Owner of the jobs that nobody asked for by name, such as those of files put into storage: all who hold this role. */
export const contributorRole = 'Contributor';

/** To whom the jobs of a caller belong: without access checks everybody is the same. */
export function callerOf(mode: AccessMode): string {
  return mode === 'off' ? 'local' : 'unknown';
}

/** Whose jobs a caller sees: the own ones, and those of the roles that he holds, which without access checks are all. */
export function ownersSeenBy(mode: AccessMode): readonly string[] {
  return mode === 'off' ? [callerOf(mode), contributorRole] : [callerOf(mode)];
}
