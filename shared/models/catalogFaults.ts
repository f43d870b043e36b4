import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import type { CatalogEntry } from './catalogEntry.js';

/** The error of a version that cannot be scored, with the reason. */
export function unservable({ name, version, reason }: CatalogEntry): ScoringError {
  const why = reason ? `${reason.message} (${reason.code})` : 'it is not ready';
  return new ScoringError(
    'SCORE_ERR_MODEL_UNAVAILABLE',
    `model '${name}' version '${version}' cannot be served: ${why}`,
    reason ? { cause: fromErrorMessage(reason) } : {},
  );
}

/** The error of a name that nothing has. */
export function modelNotFound(name: string): ScoringError {
  return new ScoringError('SCORE_ERR_MODEL_NOT_FOUND', `there is no model '${shownName(name)}'`);
}

/** The error of a version, or an alias, that a model does not have. */
export function versionNotFound(name: string, version: string): ScoringError {
  const message = `model '${shownName(name)}' has no version '${shownName(version)}'`;
  return new ScoringError('SCORE_ERR_VERSION_NOT_FOUND', message);
}
