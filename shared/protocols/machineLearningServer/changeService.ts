import type { Principal } from '../../auth/principal.js';
import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import type { Catalog } from '../../models/catalog.js';
import { isModelName, modelNameRule } from '../../models/modelFolder.js';
import type { PublishedHome } from '../../models/published/deletePublished.js';
import { requireOwner } from '../../models/published/owned.js';
import {
  changeServiceRecord,
  emptyServiceRecord,
  readServiceRecord,
  type DescribedVersion,
  type ServiceRecord,
} from '../../models/serviceRecord.js';
import { servableVersion } from './servableVersion.js';

/** The alias that names the version which is taken where a caller names none. */
const defaultAlias = 'default';

/** Aliases of one model. */
const mostAliases = 100;

/** A version that somebody wants to change something about. */
export interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

/**
 * Changes what is said of a version, and gives its name. Throws as `Catalog.plan` and `changeServiceRecord`, and
 * SCORE_ERR_SERVICE_NOT_OWNED.
 */
export async function describeVersion(
  home: PublishedHome,
  named: NamedVersion,
  changes: DescribedVersion,
  caller: Principal,
): Promise<string> {
  const { name, version, publishedBy } = await servableVersion(home.catalog, named.name, named.version);
  requireOwner(caller, publishedBy, shown(name, version));
  await change(home, name, (record) => ({
    ...record,
    versions: { ...record.versions, [version]: { ...record.versions[version], ...changes } },
  }));
  return version;
}

/** What other names the versions of a model have. Throws SCORE_ERR_MODEL_NOT_FOUND. */
export async function readAliases(home: PublishedHome, name: string): Promise<ServiceRecord> {
  await home.catalog.lookUp(name);
  // without storage nothing can be said
  return home.catalog.published ? readServiceRecord(home.store(), name) : emptyServiceRecord;
}

/**
 * Gives a version another name, which can be used wherever a version is named; `default` also makes it the one that is
 * taken where none is named. An alias that exists is moved.
 *
 * Throws SCORE_ERR_SERVICE_ALIAS for a name that cannot be one, and as `describeVersion`.
 */
export async function setAlias(
  home: PublishedHome,
  { name, version }: NamedVersion,
  alias: string,
  caller: Principal,
): Promise<ServiceRecord> {
  const { catalog } = home;
  if (!isModelName(alias)) throw aliasError(`an alias ${modelNameRule}`);
  const target = await servableVersion(catalog, name, version);
  requireOwner(caller, target.publishedBy, shown(target.name, target.version));
  if (catalog.list().some((entry) => entry.name === target.name && entry.version === alias)) {
    throw aliasError(`'${alias}' is a version of '${target.name}' and can be no alias`);
  }
  const { version: served } = await catalog.lookUp(target.name);
  return change(home, target.name, (record) => {
    // what callers get by this name now is taken away from its owner
    const now = ownAliases(record).get(alias) ?? (alias === defaultAlias ? served : undefined);
    if (now !== undefined)
      requireOwner(caller, publisherOf(catalog, target.name, now), shown(target.name, now));
    const aliases = { ...record.aliases, [alias]: target.version };
    if (Object.keys(aliases).length > mostAliases)
      throw aliasError(`a model has at most ${mostAliases} aliases`);
    return { ...record, ...(alias === defaultAlias ? { defaultVersion: target.version } : {}), aliases };
  });
}

/** Takes an alias away. Throws SCORE_ERR_VERSION_NOT_FOUND where there is none, and as `describeVersion`. */
export async function removeAlias(
  home: PublishedHome,
  name: string,
  alias: string,
  caller: Principal,
): Promise<ServiceRecord> {
  const { catalog } = home;
  if (!ownAliases(await readAliases(home, name)).has(alias)) throw noAlias(name, alias);
  await catalog.current();
  return change(home, name, ({ defaultVersion, ...record }) => {
    const named = ownAliases(record).get(alias);
    if (named === undefined) throw noAlias(name, alias);
    requireOwner(caller, publisherOf(catalog, name, named), shown(name, named));
    return {
      ...record,
      ...(alias === defaultAlias || defaultVersion === undefined ? {} : { defaultVersion }),
      aliases: Object.fromEntries(Object.entries(record.aliases).filter(([one]) => one !== alias)),
    };
  });
}

/** Undefined for one of the deployed app, and for one that is gone or cannot be read: only an Owner knows what to do. */
function publisherOf(catalog: Catalog, name: string, version: string): string | undefined {
  const entry = catalog.list().find((one) => one.name === name && one.version === version);
  return entry?.plan?.publishedBy;
}

const ownAliases = ({ aliases }: Pick<ServiceRecord, 'aliases'>) => new Map(Object.entries(aliases));

/** Changes the record, and has this instance follow at once; others do within 5 s. */
async function change(
  home: PublishedHome,
  name: string,
  next: (before: ServiceRecord) => ServiceRecord,
): Promise<ServiceRecord> {
  const record = await changeServiceRecord(home.store(), name, next);
  home.catalog.forget(name);
  return record;
}

function noAlias(name: string, alias: string): ScoringError {
  const message = `model '${shownName(name)}' has no alias '${shownName(alias)}'`;
  return new ScoringError('SCORE_ERR_VERSION_NOT_FOUND', message);
}

const shown = (name: string, version: string) => `model '${name}' version '${version}'`;

const aliasError = (message: string) => new ScoringError('SCORE_ERR_SERVICE_ALIAS', message);
