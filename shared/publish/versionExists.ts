import { ScoringError } from '../errors/scoringError.js';

/** Which version of which model. */
export interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

/** The error of a publish for which the version is there already. */
export function versionExists({ name, version }: NamedVersion): ScoringError {
  const message = `model '${name}' has a version '${version}': publish a new version`;
  return new ScoringError('SCORE_ERR_SERVICE_EXISTS', message);
}
