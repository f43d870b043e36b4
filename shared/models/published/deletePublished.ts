import { requireServices } from '../../auth/access.js';
import type { Principal } from '../../auth/principal.js';
import { ScoringError } from '../../errors/scoringError.js';
import { requirePublishing } from '../../publish/requirePublishing.js';
import type { Settings } from '../../settings.js';
import { listAll, type BlobStore } from '../../storage/blobStore.js';
import type { Catalog } from '../catalog.js';
import { versionNotFound } from '../catalogFaults.js';
import { isModelName } from '../modelFolder.js';
import { changeServiceRecord, type ServiceRecord } from '../serviceRecord.js';
import { findManifest } from './manifest.js';
import { requireOwner } from './owned.js';
import { manifestBlob, modelsContainer, publishFolder } from './publishedPaths.js';

/** What changes of published models work with; `Services` has it. */
export interface PublishedHome {
  readonly catalog: Catalog;
  readonly settings: Pick<Settings, 'publishing'>;
  /** Throws SCORE_ERR_STORAGE_MISSING where no storage is configured. */
  store(): BlobStore;
}

/**
 * Deletes a published version: its manifest first, by which it is gone, then what is said about it, then its files. Other
 * instances follow within seconds.
 *
 * Throws SCORE_ERR_PUBLISH_OFF, SCORE_ERR_SERVICE_SHIPPED for a version that was deployed with the app, SCORE_ERR_MODEL_NOT_FOUND and
 * SCORE_ERR_VERSION_NOT_FOUND, SCORE_ERR_SERVICE_NOT_OWNED where neither publisher nor Owner asks, SCORE_ERR_STORAGE_*,
 * SCORE_ERR_STATE_BUSY.
 */
export async function deletePublished(
  home: PublishedHome,
  name: string,
  version: string,
  caller: Principal,
): Promise<void> {
  const { catalog } = home;
  if (await catalog.isShipped(name, version)) {
    const message = `model '${name}' version '${version}' was deployed with the app`;
    throw new ScoringError('SCORE_ERR_SERVICE_SHIPPED', message);
  }
  requirePublishing(home.settings);
  requireServices(caller, { name });
  const store = home.store();
  const isName = isModelName(name) && isModelName(version);
  const stored = isName ? await findManifest(store, name, version) : undefined;
  if (!stored) throw await notFound(catalog, name, version);
  const { etag, manifest } = stored;
  requireOwner(caller, manifest?.owner, `model '${name}' version '${version}'`);
  // this publish alone: another one may have come since
  await store.remove(manifestBlob(name, version), undefined, etag);
  catalog.published?.removed(name, version);
  catalog.forget(name);
  await changeServiceRecord(store, name, (record) => withoutVersion(record, version));
  catalog.forget(name);
  // of one that cannot be read nobody knows which files are its own
  const folder = manifest ? publishFolder(name, version, manifest.publishId) : `${name}/${version}/`;
  for await (const blob of listAll(store, modelsContainer, folder)) {
    await store.remove({ container: modelsContainer, name: blob.name });
  }
}

/** The error that the catalog gives for it. */
async function notFound(catalog: Catalog, name: string, version: string): Promise<Error> {
  catalog.forget(name);
  await catalog.lookUp(name, version);
  // an alias
  return versionNotFound(name, version);
}

/** The record without what it says of a version; undefined where it says nothing. */
function withoutVersion(record: ServiceRecord, version: string): ServiceRecord | undefined {
  const aliases = Object.entries(record.aliases).filter(([, named]) => named !== version);
  const versions = Object.entries(record.versions).filter(([named]) => named !== version);
  const { defaultVersion, ...rest } = record;
  const isSame =
    defaultVersion !== version &&
    aliases.length === Object.keys(record.aliases).length &&
    versions.length === Object.keys(record.versions).length;
  if (isSame) return undefined;
  return {
    ...rest,
    ...(defaultVersion === undefined || defaultVersion === version ? {} : { defaultVersion }),
    aliases: Object.fromEntries(aliases),
    versions: Object.fromEntries(versions),
  };
}
