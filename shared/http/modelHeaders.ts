import type { ModelIdentity } from '../errors/scoringError.js';

/** The headers that say which model an answer is about. */
export function modelHeaders({ name, version, sha256 }: ModelIdentity): Record<string, string> {
  return { 'x-warmstart-model': name, 'x-warmstart-version': version, 'x-warmstart-model-sha256': sha256 };
}
