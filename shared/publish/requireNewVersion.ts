import type { Principal } from '../auth/principal.js';
import { ScoringError } from '../errors/scoringError.js';
import { manifestBlob } from '../models/published/publishedPaths.js';
import { requireOwnName } from './claimName.js';
import type { PublishContext } from './publishContext.js';
import { formFault } from './publishForm.js';
import { versionExists, type NamedVersion } from './versionExists.js';

/** `/services/{name}/<version>` would be another route. */
const routeNames: ReadonlySet<string> = new Set(['aliases', 'schedules', 'pool']);

/**
 * Refuses a publish that cannot succeed before anything is received: the version exists, or others have published under
 * the name, so that a new version would take the place of theirs where no version is asked for.
 *
 * Throws SCORE_ERR_PUBLISH_FORM for a version that cannot be named, SCORE_ERR_SERVICE_EXISTS, SCORE_ERR_SERVICE_NOT_OWNED, SCORE_ERR_STORAGE_*.
 */
export async function requireNewVersion(
  context: Pick<PublishContext, 'catalog' | 'published' | 'store'>,
  caller: Principal,
  named: NamedVersion,
): Promise<void> {
  const { catalog, store } = context;
  const { name, version } = named;
  if (routeNames.has(version)) throw formFault(`the version '${version}' is the name of a route`);
  if (await catalog.isShipped(name, version)) throw versionExists(named);
  if (await store().find(manifestBlob(name, version))) throw versionExists(named);
  if (caller.role === 'Owner') return;
  if (await catalog.hasShipped(name)) {
    throw new ScoringError(
      'SCORE_ERR_SERVICE_NOT_OWNED',
      `the name '${name}' belongs to the deployed app: only the role Owner may add versions`,
    );
  }
  await requireOwnName(context, caller, name);
}
