import { requireServices } from '../auth/access.js';
import type { Principal } from '../auth/principal.js';
import { ScoringError } from '../errors/scoringError.js';
import { isModelName, modelNameRule } from '../models/modelFolder.js';
import {
  manifestFormat,
  mostManifestBytes,
  type PlanFacts,
  type PublishedManifest,
} from '../models/published/manifest.js';
import { manifestBlob } from '../models/published/publishedPaths.js';
import type { ModelPlan } from '../models/modelPlan.js';
import { claimName } from './claimName.js';
import { checkStaged } from './checkStaged.js';
import { removeModelUpload, type ModelUpload } from './modelUpload.js';
import { formFault, type PublishForm } from './publishForm.js';
import type { PublishContext } from './publishContext.js';
import { receivePublish, type PublishBody } from './receivePublish.js';
import { requireNewVersion } from './requireNewVersion.js';
import { requirePublishing } from './requirePublishing.js';
import { manifestBytes, removeFiles, storeFiles, type PublishPlace } from './storeModel.js';
import { versionExists, type NamedVersion } from './versionExists.js';

/**
 * Publishes a version: its files are received on this instance, checked in a process of their own and written into a
 * folder of this publish alone; the manifest makes them the version, for one of several publishes at once. Nothing is
 * visible before. This instance serves the version at once, others when they are asked for it.
 *
 * Throws SCORE_ERR_PUBLISH_OFF, _PUBLISH_FORM, _PUBLISH_REFUSED with the reason of the check, SCORE_ERR_SERVICE_SCRIPT,
 * _SERVICE_EXISTS, _SERVICE_NOT_OWNED where the name belongs to somebody else, SCORE_ERR_ACCESS_FORBIDDEN,
 * SCORE_ERR_QUEUE_FULL, SCORE_ERR_STORAGE_*.
 */
export async function publishModel(
  context: PublishContext,
  caller: Principal,
  named: NamedVersion,
  body: PublishBody,
): Promise<ModelPlan> {
  requirePublishing(context.settings);
  requireServices(caller, named);
  requireNames(named);
  await requireNewVersion(context, caller, named);
  return context.queue.run(() => publish(context, caller, named, body));
}

async function publish(
  context: PublishContext,
  caller: Principal,
  named: NamedVersion,
  body: PublishBody,
): Promise<ModelPlan> {
  const { cache } = context;
  const publishId = context.newId();
  const staged = await cache.begin(publishId);
  try {
    const { form, uploads } = await receivePublish(context, caller, body, staged);
    const plan = await checkStaged(context, named, staged, form);
    const manifest = manifestOf(context, caller, publishId, form, plan);
    const etag = await store(context, caller, { ...named, publishId }, staged, manifest);
    await adopt(context, named, etag, manifest);
    await removeUploads(context, uploads);
    return { ...plan, createdMs: manifest.createdMs, publishedBy: manifest.owner };
  } catch (error) {
    await cache.giveUp(publishId);
    throw error;
  }
}

function requireNames({ name, version }: NamedVersion): void {
  // a blob in the folder `1.` is another one for some clients of storage
  const isUsable = (text: string) => isModelName(text) && !text.endsWith('.');
  if (!isUsable(name)) throw formFault(`the model name ${modelNameRule}, and end with no dot`);
  if (!isUsable(version)) throw formFault(`the version ${modelNameRule}, and end with no dot`);
}

function manifestOf(
  { clock, ortVersion }: PublishContext,
  caller: Principal,
  publishId: string,
  { files, description, operationId }: PublishForm,
  plan: ModelPlan,
): PublishedManifest {
  return {
    format: manifestFormat,
    publishId,
    owner: caller.name,
    createdMs: clock.wallMs(),
    onnxruntime: ortVersion,
    files,
    plan: {
      ...factsOf(plan),
      ...(description === undefined ? {} : { description }),
      ...(operationId === undefined ? {} : { operationId }),
    },
  };
}

/** What belongs to this instance and to the version is no part of the facts. */
const notFacts = new Set<string>(['name', 'version', 'dir', 'stamp', 'createdMs', 'publishedBy']);

function factsOf(plan: ModelPlan): PlanFacts {
  return Object.fromEntries(
    Object.entries(plan).filter(([key]) => !notFacts.has(key)),
  ) as unknown as PlanFacts;
}

/** Gives the ETag of the manifest. What was written before a failure is removed. */
async function store(
  context: PublishContext,
  caller: Principal,
  place: PublishPlace,
  dir: string,
  manifest: PublishedManifest,
): Promise<string> {
  const blobs = context.store();
  const bytes = manifestBytes(manifest);
  if (bytes.length > mostManifestBytes) {
    const message = `its inputs, outputs and facts take ${bytes.length} bytes, at most ${mostManifestBytes} can be listed`;
    throw new ScoringError('SCORE_ERR_PUBLISH_REFUSED', message);
  }
  try {
    await storeFiles(blobs, place, dir, manifest.files);
    await claimName(context, caller, place.name);
  } catch (error) {
    await removeLeft(context, place);
    throw error;
  }
  const options = { contentType: 'application/json', when: 'absent' } as const;
  // where this throws nobody knows whether the manifest is there: the files stay, the maintenance looks at them later
  const written = await blobs.put(manifestBlob(place.name, place.version), bytes, options);
  if (written !== 'conflict') return written.etag;
  await removeLeft(context, place);
  throw versionExists(place);
}

/** The maintenance removes what is left where this fails. */
async function removeLeft(context: PublishContext, place: PublishPlace): Promise<void> {
  await removeFiles(context.store(), place).catch((error: unknown) => {
    context.log.warn(`files of a publish are left in storage: ${String(error)}`);
  });
}

/** From here on the version is published: what fails now costs a download. */
async function adopt(
  { cache, published, log }: PublishContext,
  { name, version }: NamedVersion,
  etag: string,
  manifest: PublishedManifest,
): Promise<void> {
  try {
    const dir = await cache.keep(manifest.publishId);
    await published.adopt(name, version, { etag, manifest }, dir);
  } catch (error) {
    published.forget(name);
    log.warn(`a published model is fetched from storage again: ${String(error)}`);
  }
}

async function removeUploads(context: PublishContext, uploads: readonly ModelUpload[]): Promise<void> {
  for (const upload of uploads) {
    await removeModelUpload(context.store(), upload).catch((error: unknown) => {
      context.log.warn(`an upload is left in storage: ${String(error)}`);
    });
  }
}
