import type { Clock } from '../../clock.js';
import { ScoringError, toErrorMessage, type ErrorMessage } from '../../errors/scoringError.js';
import { limiter } from '../../limiter.js';
import { BlobMirror } from '../../storage/blobMirror.js';
import type { BlobStore } from '../../storage/blobStore.js';
import type { CatalogEntry } from '../catalogEntry.js';
import { isModelName } from '../modelFolder.js';
import type { ModelPlan } from '../modelPlan.js';
import { planStamp } from '../planStamp.js';
import { downloadModel } from './downloadModel.js';
import { mostManifestBytes, parseManifest, type PublishedManifest } from './manifest.js';
import type { ModelCache } from './modelCache.js';
import { manifestBlob, modelsContainer, parsePublishedBlob } from './publishedPaths.js';

/** A known version is compared with storage after this time. */
const knownMs = 5000;
/** A name or version that was not there may be there after this time. */
const unknownMs = 2000;
/** A model whose stored files are not right is fetched again after this time. */
const mendMs = 60_000;
/** Each holds some MiB. */
const downloadsAtOnce = 4;

export interface PublishedModelsOptions {
  readonly store: () => BlobStore;
  readonly cache: ModelCache;
  readonly clock: Clock;
  /** Version of the ONNX Runtime in use; a version that was checked under another one is checked again. */
  readonly ortVersion: string;
  /** As that of the folder models. */
  readonly check: (plan: ModelPlan) => Promise<void>;
  /** A version went away or was replaced. */
  readonly onDropped: (plan: ModelPlan) => void;
  /** A model that could not be brought here for a reason that is no fault of its files. */
  readonly onFault: (text: string) => void;
}

/** What is known of a published version; one object for each publish. */
interface Publication {
  readonly manifest: PublishedManifest | undefined;
  entry: CatalogEntry;
  /** Its files are here, or being brought here. */
  local?: Promise<ModelPlan>;
  plan?: ModelPlan;
  brokenMs?: number;
}

/**
 * The model versions in the container `models`. Each is known by its manifest, which is compared with storage while the
 * version is in use; its files are brought here by the first call that needs them. A version that was published again is
 * another publication, with a plan and files of its own: no answer ever comes from two of them.
 */
export class PublishedModels {
  readonly #options: PublishedModelsOptions;
  readonly #mirror: BlobMirror<Publication>;
  /** Names of the manifests by model. */
  readonly #manifests = new Map<string, Set<string>>();
  readonly #limited = limiter(downloadsAtOnce);
  #isSwept = false;

  constructor(options: PublishedModelsOptions) {
    this.#options = options;
    const { store, clock } = options;
    this.#mirror = new BlobMirror({
      ...{ store, clock, container: modelsContainer, maxBytes: mostManifestBytes },
      isMirrored: isManifest,
      parse: (blobName, bytes) => publicationOf(blobName, bytes),
      onChange: (blobName, before, after) => {
        this.#index(blobName, after !== undefined);
        if (before) this.#drop(before);
      },
    });
  }

  /** The entry of a version as it is known. */
  get(name: string, version: string): CatalogEntry | undefined {
    return this.#entryOf(manifestBlob(name, version).name);
  }

  /** The versions of a model as they are known. */
  versionsOf(name: string): CatalogEntry[] {
    return [...(this.#manifests.get(name) ?? [])].flatMap((blobName) => this.#entryOf(blobName) ?? []);
  }

  list(): CatalogEntry[] {
    return [...this.#mirror.entries()].map(([, { entry }]) => entry);
  }

  /** Whether there are versions of this name, as far as is known. */
  has(name: string): boolean {
    return this.#manifests.has(name);
  }

  /** Whether `look` has nothing to do: what is unknown is looked for at once, and again soon. */
  isCurrent(name: string, version: string | undefined, isKnown: boolean): boolean {
    if (!isModelName(name) || (version !== undefined && !isModelName(version))) return true;
    if (!isKnown) return this.#mirror.wasLookedAt(`${name}/`, unknownMs);
    const scope = version === undefined ? `${name}/` : manifestBlob(name, version).name;
    return this.#mirror.isCurrent(scope, knownMs);
  }

  /**
   * Makes what is known of a version, or of all of a model, current. Gives the fault where storage did not tell within
   * `patienceMs`.
   */
  look(name: string, version: string | undefined, patienceMs: number): Promise<ScoringError | undefined> {
    const isKnown = version !== undefined && this.get(name, version) !== undefined;
    return this.#mirror.look(isKnown ? manifestBlob(name, version).name : `${name}/`, patienceMs);
  }

  /** Makes all of the container current. */
  async lookAtAll(patienceMs: number): Promise<ScoringError | undefined> {
    if (this.#mirror.isCurrent('', knownMs)) return undefined;
    const fault = await this.#mirror.look('', patienceMs);
    if (!fault && !this.#isSwept) {
      this.#isSwept = true;
      const ids = [...this.#mirror.entries()].flatMap(([, { manifest }]) => manifest?.publishId ?? []);
      await this.#options.cache.sweep(new Set(ids));
    }
    return fault;
  }

  /** The plan of a version that is current and whose files are here; undefined where something is to be waited for. */
  planAtHand(name: string, version: string): ModelPlan | undefined {
    const { plan } = this.#mirror.get(manifestBlob(name, version).name) ?? {};
    return plan && this.isCurrent(name, version, true) ? plan : undefined;
  }

  /**
   * The plan of a version with its files on this instance. Gives undefined where it is not READY, or turns out not to be.
   * Throws SCORE_ERR_STORAGE_*.
   */
  async open(name: string, version: string): Promise<ModelPlan | undefined> {
    const publication = this.#mirror.get(manifestBlob(name, version).name);
    if (publication?.entry.state !== 'READY') return undefined;
    publication.local ??= this.#bring(publication);
    return publication.local.catch((error: unknown) => {
      if (publication.entry.state === 'READY') throw error;
      return undefined;
    });
  }

  /** Takes over a version that this process has published; its files are in the cache. */
  async adopt(
    name: string,
    version: string,
    { etag, manifest }: { readonly etag: string; readonly manifest: PublishedManifest },
    dir: string,
  ): Promise<void> {
    const plan = await localPlan(name, version, manifest, dir);
    const entry: CatalogEntry = { name, version, state: 'READY', plan };
    const publication = { manifest, entry, plan, local: Promise.resolve(plan) };
    this.#mirror.put(manifestBlob(name, version).name, etag, publication);
  }

  /** This process has deleted a version. */
  removed(name: string, version: string): void {
    this.#mirror.drop(manifestBlob(name, version).name);
  }

  /** This process has changed the versions of a model in storage. */
  forget(name: string): void {
    this.#mirror.expire(`${name}/`);
  }

  /** Files that were changed or removed on the disk are brought here again by the next call. */
  async refresh(): Promise<void> {
    for (const [, publication] of [...this.#mirror.entries()]) {
      const { plan } = publication;
      if (plan && (await planStamp(plan).catch(() => '')) !== plan.stamp && publication.plan === plan) {
        delete publication.plan;
        delete publication.local;
      }
    }
  }

  async #bring(publication: Publication): Promise<ModelPlan> {
    const { store, cache, ortVersion, check, clock, onFault } = this.#options;
    const { name, version } = publication.entry;
    const manifest = publication.manifest as PublishedManifest;
    try {
      const dir = await this.#limited(() => downloadModel(store(), cache, name, version, manifest));
      const plan = await localPlan(name, version, manifest, dir);
      if (manifest.onnxruntime !== ortVersion) await check(plan);
      publication.plan = plan;
      publication.entry = { name, version, state: 'READY', plan };
      return plan;
    } catch (error) {
      delete publication.local;
      const { code } = toErrorMessage(error);
      const isMissing = code === 'SCORE_ERR_STORAGE_NOT_FOUND';
      if (isMissing || !code.startsWith('SCORE_ERR_STORAGE_')) {
        // it may have been deleted just now
        if (isMissing) this.forget(name);
        const reason = toErrorMessage(isMissing ? missingFile() : error);
        publication.entry = unavailable(name, version, reason);
        publication.brokenMs = clock.nowMs();
        onFault(`published model ${name} ${version}: ${reason.logText ?? reason.message}`);
      }
      throw error;
    }
  }

  /** A version whose files were not right gets another chance from time to time. */
  #entryOf(blobName: string): CatalogEntry | undefined {
    const publication = this.#mirror.get(blobName);
    const { manifest, brokenMs, entry } = publication ?? {};
    if (!publication || !manifest || !entry || brokenMs === undefined) return entry;
    if (this.#options.clock.nowMs() - brokenMs < mendMs) return entry;
    delete publication.brokenMs;
    publication.entry = listedEntry(entry.name, entry.version, manifest);
    return publication.entry;
  }

  #index(blobName: string, isThere: boolean): void {
    const { name = '' } = parsePublishedBlob(blobName) ?? {};
    const manifests = this.#manifests.get(name) ?? new Set();
    if (isThere) manifests.add(blobName);
    else manifests.delete(blobName);
    if (manifests.size > 0) this.#manifests.set(name, manifests);
    else this.#manifests.delete(name);
  }

  #drop({ manifest, entry }: Publication): void {
    if (!manifest) return;
    this.#options.cache.retire(manifest.publishId);
    const plan = entry.plan ?? listedEntry(entry.name, entry.version, manifest).plan;
    if (plan) this.#options.onDropped(plan);
  }
}

function isManifest(blobName: string): boolean {
  const parsed = parsePublishedBlob(blobName);
  return (
    parsed?.publishId === undefined &&
    parsed !== undefined &&
    isModelName(parsed.name) &&
    isModelName(parsed.version)
  );
}

function publicationOf(blobName: string, bytes: Uint8Array): Publication {
  const { name = '', version = '' } = parsePublishedBlob(blobName) ?? {};
  try {
    const manifest = parseManifest(bytes);
    return { manifest, entry: listedEntry(name, version, manifest) };
  } catch (error) {
    return { manifest: undefined, entry: unavailable(name, version, toErrorMessage(error)) };
  }
}

/** An entry before its files are here: it can be described, not opened. */
function listedEntry(name: string, version: string, manifest: PublishedManifest): CatalogEntry {
  return { name, version, state: 'READY', plan: planOf(name, version, manifest, '', '') };
}

async function localPlan(
  name: string,
  version: string,
  manifest: PublishedManifest,
  dir: string,
): Promise<ModelPlan> {
  const { externalData } = manifest.plan;
  return planOf(name, version, manifest, dir, await planStamp({ dir, externalData }));
}

function planOf(
  name: string,
  version: string,
  { plan, createdMs, owner }: PublishedManifest,
  dir: string,
  stamp: string,
): ModelPlan {
  return { ...plan, name, version, dir, stamp, createdMs, publishedBy: owner };
}

const missingFile = () =>
  new ScoringError('SCORE_ERR_MODEL_FILE_INVALID', 'a stored file of the version is missing');

const unavailable = (name: string, version: string, reason: ErrorMessage): CatalogEntry => ({
  ...{ name, version, state: 'UNAVAILABLE', reason },
});
