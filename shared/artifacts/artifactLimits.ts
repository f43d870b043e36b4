import { ScoringError } from '../errors/scoringError.js';

/** What the artifacts of one call may have in all: 16 MiB in base64, as one answer may have. */
export const mostArtifactBytes = 12 * 2 ** 20;

export const artifactsTooLarge = () =>
  new ScoringError(
    'SCORE_ERR_ARTIFACT_TOO_LARGE',
    `the artifacts of this call are over ${mostArtifactBytes / 2 ** 20} MiB`,
  );
