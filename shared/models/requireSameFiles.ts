import { ScoringError, type ModelIdentity } from '../errors/scoringError.js';

/** Throws SCORE_ERR_MODEL_CHANGED where a version has other files by now than those that `pinned` names. */
export function requireSameFiles(now: Pick<ModelIdentity, 'sha256'>, pinned: ModelIdentity): void {
  if (now.sha256 === pinned.sha256) return;
  const message = `model '${pinned.name}' version '${pinned.version}' has other files than when the result was made`;
  throw new ScoringError('SCORE_ERR_MODEL_CHANGED', message);
}
