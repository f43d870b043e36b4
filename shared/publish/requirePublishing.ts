import { ScoringError } from '../errors/scoringError.js';
import type { Settings } from '../settings.js';

/** Throws SCORE_ERR_PUBLISH_OFF where models only come with the app. */
export function requirePublishing({ publishing }: Pick<Settings, 'publishing'>): void {
  if (publishing) return;
  throw new ScoringError('SCORE_ERR_PUBLISH_OFF', 'models are not published over HTTP here');
}
