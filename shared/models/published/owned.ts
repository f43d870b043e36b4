import type { Principal } from '../../auth/principal.js';
import { ScoringError } from '../../errors/scoringError.js';

/**
 * Throws SCORE_ERR_SERVICE_NOT_OWNED unless the caller may change what `owner` has published: its publisher, and who has
 * the role Owner.
 */
export function requireOwner(caller: Principal, owner: string | undefined, what: string): void {
  if (caller.role === 'Owner' || caller.name === owner) return;
  const message = `${what} belongs to somebody else: only its publisher and the role Owner may change it`;
  throw new ScoringError('SCORE_ERR_SERVICE_NOT_OWNED', message);
}
