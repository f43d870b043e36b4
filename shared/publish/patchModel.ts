import { createHash } from 'node:crypto';
import { requireServices } from '../auth/access.js';
import type { Principal } from '../auth/principal.js';
import { ScoringError } from '../errors/scoringError.js';
import type { ModelPlan } from '../models/modelPlan.js';
import { findManifest, type PublishedFile } from '../models/published/manifest.js';
import { requireOwner } from '../models/published/owned.js';
import { describeVersion } from '../protocols/machineLearningServer/changeService.js';
import { removeModelUpload } from './modelUpload.js';
import type { PublishContext } from './publishContext.js';
import { graphFile } from './publishForm.js';
import { receivePublish, type PublishBody } from './receivePublish.js';
import { requirePublishing } from './requirePublishing.js';
import type { NamedVersion } from './versionExists.js';

/**
 * Sends a version once more: the same files change nothing, so that a publish can be repeated; other files are refused,
 * for a version never changes. What is said of it, `description` and `operationId`, is changed where it is given. Gives
 * the version.
 *
 * Throws SCORE_ERR_SERVICE_EXISTS for other files, SCORE_ERR_SERVICE_NOT_OWNED, SCORE_ERR_MODEL_NOT_FOUND,
 * SCORE_ERR_VERSION_NOT_FOUND, and what `publishModel` throws for a form.
 */
export async function patchModel(
  context: PublishContext,
  caller: Principal,
  named: NamedVersion,
  body: PublishBody,
): Promise<string> {
  requireServices(caller, named);
  const { name, version, plan } = await context.catalog.lookUp(named.name, named.version);
  requireOwner(caller, plan?.publishedBy, `model '${name}' version '${version}'`);
  return context.queue.run(() => patch(context, caller, { name, version }, plan, body));
}

async function patch(
  context: PublishContext,
  caller: Principal,
  named: NamedVersion,
  plan: ModelPlan | undefined,
  body: PublishBody,
): Promise<string> {
  const { cache, catalog } = context;
  const store = context.store();
  const stagingId = context.newId();
  const staged = await cache.begin(stagingId);
  try {
    const { form, uploads } = await receivePublish(context, caller, body, staged);
    const { files, ...said } = form;
    if (files.length > 0) {
      requirePublishing(context.settings);
      await requireSameFiles(context, named, plan, files);
    }
    if (Object.keys(said).length > 0) await describeVersion({ ...context, catalog }, named, said, caller);
    for (const upload of uploads) await removeModelUpload(store, upload);
    return named.version;
  } finally {
    await cache.giveUp(stagingId);
  }
}

async function requireSameFiles(
  context: PublishContext,
  { name, version }: NamedVersion,
  plan: ModelPlan | undefined,
  files: readonly PublishedFile[],
): Promise<void> {
  const isShipped = await context.catalog.isShipped(name, version);
  const manifest = isShipped ? undefined : (await findManifest(context.store(), name, version))?.manifest;
  const isSame = manifest
    ? files.every(({ name: file, sha256 }) =>
        manifest.files.some((known) => known.name === file && known.sha256 === sha256),
      )
    : plan !== undefined && sha256Of(files, plan.externalData) === plan.sha256;
  if (isSame) return;
  throw new ScoringError(
    'SCORE_ERR_SERVICE_EXISTS',
    `model '${name}' version '${version}' has other files, and a version never changes: publish a new version`,
  );
}

/** What a model of these files is known by, as `contentHash` has it; undefined where one is missing. */
function sha256Of(files: readonly PublishedFile[], externalData: readonly string[]): string | undefined {
  const hashes = new Map(files.map(({ name, sha256 }) => [name, sha256]));
  if (externalData.length === 0) return hashes.get(graphFile);
  const lines = [graphFile, ...externalData].map((name) => `${hashes.get(name) ?? ''}  ${name}`);
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
