import type { Clock } from '../clock.js';
import { withDeadline } from '../deadline.js';
import { ScoringError } from '../errors/scoringError.js';
import type { CatalogEntry } from './catalogEntry.js';
import { modelNotFound, unservable, versionNotFound } from './catalogFaults.js';
import { FolderModels, type FolderModelsOptions } from './folderModels.js';
import type { ModelPlan } from './modelPlan.js';
import { oldestFirst } from './oldestFirst.js';
import type { PublishedModels } from './published/publishedModels.js';
import type { ServiceRecords } from './serviceRecords.js';

export type { CatalogEntry } from './catalogEntry.js';

/** How long a call for something that is known waits for storage to say that it is still so. */
const knownPatienceMs = 1000;
/** How long a call for something unknown waits for storage. */
const unknownPatienceMs = 5000;

/** What is stored about models; where no storage is configured there is only the folder. */
export interface StoredModels {
  readonly published: PublishedModels;
  readonly records: ServiceRecords;
}

export interface CatalogOptions extends Omit<FolderModelsOptions, 'onDropped'> {
  /** Makes the other sources. `onDropped` is theirs to call when a version went away or was replaced. */
  readonly stored?: (onDropped: (plan: ModelPlan) => void) => StoredModels;
  /** No version has this session any more; it can be released. */
  readonly onRetired: (plan: ModelPlan) => void;
  /** How long a call waits for a version that is being checked or fetched. */
  readonly waitMs: number;
  readonly clock: Clock;
}

/**
 * The model versions that can be asked for, and their states: those in the folder of the app, which win, and those that
 * were published. Default version, aliases and changed descriptions come from what is stored about a model.
 */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #folder: FolderModels;
  readonly #published: PublishedModels | undefined;
  readonly #records: ServiceRecords | undefined;

  constructor(options: CatalogOptions) {
    const onDropped = (plan: ModelPlan): void => {
      this.#retire(plan);
    };
    this.#options = options;
    this.#folder = new FolderModels({ ...options, onDropped });
    const stored = options.stored?.(onDropped);
    this.#published = stored?.published;
    this.#records = stored?.records;
  }

  /** Looks at the folder for the first time and begins to poll. Resolves when every version in it is known by name. */
  start(): Promise<void> {
    return this.#folder.start();
  }

  /** Whether the folder has been read. */
  get isListed(): boolean {
    return this.#folder.isListed;
  }

  /** All versions that are known, by name and then from the oldest to the newest; `current` makes it complete. */
  list(): CatalogEntry[] {
    const published = this.#published?.list() ?? [];
    const others = published.filter(({ name, version }) => !this.#folder.get(name, version));
    const byName = Map.groupBy([...this.#folder.list(), ...others], ({ name }) => name);
    return [...byName.keys()]
      .sort()
      .flatMap((name) => oldestFirst(byName.get(name) ?? []))
      .map((entry) => this.#describe(entry));
  }

  /** Makes `list` current, to within 5 s. Where storage does not answer, what is known stays listed. */
  async current(): Promise<void> {
    await this.start();
    await Promise.all([
      this.#published?.lookAtAll(unknownPatienceMs),
      this.#records?.lookAtAll(unknownPatienceMs),
    ]);
  }

  /**
   * The entry of a version or of what an alias stands for; without a version that of the default, or else of the newest
   * servable one. Waits while a version of the folder is being checked.
   *
   * Throws SCORE_ERR_MODEL_NOT_FOUND, SCORE_ERR_VERSION_NOT_FOUND, SCORE_ERR_MODEL_LOADING, and SCORE_ERR_STORAGE_* where
   * storage would have to tell whether there is such a one.
   */
  async find(name: string, version?: string): Promise<CatalogEntry> {
    await this.start();
    // a start is no reason to answer with an older version; one that is dropped later waits behind those that serve
    if (version === undefined) await this.#settled(name, this.#folder.proofs(name, 'first'));
    const entry = await this.#choose(name, version);
    if (entry.state === 'READY') return this.#describe(entry);
    const which = version === undefined ? 'all' : { version: entry.version };
    await this.#settled(name, this.#folder.proofs(name, which));
    return this.#describe(await this.#choose(name, version));
  }

  /** The entry as it stands, without waiting for a check. Throws as `find`. */
  async lookUp(name: string, version?: string): Promise<CatalogEntry> {
    await this.start();
    return this.#describe(await this.#choose(name, version));
  }

  /**
   * The plan of a servable version, its files on this instance. Throws as `find`, and SCORE_ERR_MODEL_UNAVAILABLE with the
   * reason.
   */
  async plan(name: string, version?: string): Promise<ModelPlan> {
    const plan = await this.planToRun(name, version);
    await this.#lookAtRecord(plan.name);
    return this.#records?.describe(plan) ?? plan;
  }

  /**
   * As `plan`, for runs: without what was said of the version since, so that an explicit version of the folder asks
   * nobody.
   */
  async planToRun(name: string, version?: string): Promise<ModelPlan> {
    const atHand = version === undefined ? undefined : this.#planAtHand(name, version);
    if (atHand) return atHand;
    for (;;) {
      const entry = await this.find(name, version);
      if (entry.state !== 'READY' || !entry.plan) throw unservable(entry);
      if (this.#folder.get(entry.name, entry.version)) return entry.plan;
      const plan = await this.#open(entry);
      if (plan) return plan;
      // it was replaced or turned out to be broken: where no version was asked for, the one before it serves
    }
  }

  /** Whether the deployed app has versions of this name. */
  async hasShipped(name: string): Promise<boolean> {
    await this.start();
    return this.#folder.has(name);
  }

  /** Whether a version is part of the deployed app; such a one cannot be changed over HTTP. */
  async isShipped(name: string, version: string): Promise<boolean> {
    await this.start();
    return this.#folder.get(name, version) !== undefined;
  }

  /** The published models; undefined where no storage is configured. */
  get published(): PublishedModels | undefined {
    return this.#published;
  }

  /**
   * What is stored of a model was changed by this instance: the next call for it, and the next `current`, read it anew.
   * Other instances see the change within 5 s.
   */
  forget(name: string): void {
    this.#published?.forget(name);
    this.#records?.forget(name);
  }

  /** Looks at the folder, and at the files that were brought here, once. */
  async refresh(): Promise<void> {
    await Promise.all([this.#folder.refresh(), this.#published?.refresh()]);
  }

  /** Resolves when nothing that is known now is being checked. */
  settled(): Promise<void> {
    return this.#folder.settled();
  }

  close(): void {
    this.#folder.close();
  }

  /** The plan of an explicit version for which nothing has to be waited for. */
  #planAtHand(name: string, version: string): ModelPlan | undefined {
    const shipped = this.#folder.get(name, version);
    if (shipped) return shipped.state === 'READY' ? shipped.plan : undefined;
    return this.#folder.isListed ? this.#published?.planAtHand(name, version) : undefined;
  }

  #choose(name: string, version: string | undefined): Promise<CatalogEntry> {
    return version === undefined ? this.#chooseDefault(name) : this.#chooseVersion(name, version);
  }

  async #chooseVersion(name: string, version: string): Promise<CatalogEntry> {
    const shipped = this.#folder.get(name, version);
    if (shipped) return shipped;
    const fault = await this.#look(name, version);
    const published = this.#published?.get(name, version);
    if (published) return published;
    const aliased = this.#has(name) ? await this.#aliased(name, version) : undefined;
    if (aliased) return aliased;
    if (fault) throw fault;
    throw this.#has(name) ? versionNotFound(name, version) : modelNotFound(name);
  }

  async #aliased(name: string, alias: string): Promise<CatalogEntry | undefined> {
    const fault = await this.#lookAtRecord(name);
    const aliases = this.#records?.get(name).aliases ?? {};
    const version = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
    if (version === undefined) {
      if (fault) throw fault;
      return undefined;
    }
    const shipped = this.#folder.get(name, version);
    if (shipped) return shipped;
    await this.#look(name, version);
    return this.#published?.get(name, version);
  }

  async #chooseDefault(name: string): Promise<CatalogEntry> {
    const isKnown = this.#has(name);
    const [fault] = await Promise.all([this.#look(name), isKnown ? this.#lookAtRecord(name) : undefined]);
    if (!isKnown && this.#has(name)) await this.#lookAtRecord(name);
    const entries = this.#versionsOf(name);
    if (entries.length === 0) throw fault ?? modelNotFound(name);
    const wanted = this.#records?.get(name).defaultVersion;
    const stated = entries.find((entry) => entry.version === wanted);
    if (stated?.state === 'READY') return stated;
    const newestFirst = oldestFirst(entries).reverse();
    return (newestFirst.find(({ state }) => state === 'READY') ?? newestFirst[0]) as CatalogEntry;
  }

  #has(name: string): boolean {
    return this.#folder.has(name) || this.#published?.has(name) === true;
  }

  #versionsOf(name: string): CatalogEntry[] {
    const shipped = this.#folder.versionsOf(name);
    const published = this.#published?.versionsOf(name) ?? [];
    return [...shipped, ...published.filter(({ version }) => !this.#folder.get(name, version))];
  }

  async #look(name: string, version?: string): Promise<ScoringError | undefined> {
    const published = this.#published;
    if (!published) return undefined;
    const isKnown = version === undefined ? this.#has(name) : published.get(name, version) !== undefined;
    if (published.isCurrent(name, version, isKnown)) return undefined;
    return published.look(name, version, isKnown ? knownPatienceMs : unknownPatienceMs);
  }

  async #lookAtRecord(name: string): Promise<ScoringError | undefined> {
    const records = this.#records;
    if (!records || records.isCurrent(name)) return undefined;
    return records.look(name, knownPatienceMs);
  }

  async #open({ name, version }: CatalogEntry): Promise<ModelPlan | undefined> {
    const { waitMs, clock } = this.#options;
    const opening = this.#published?.open(name, version);
    if (!opening) return undefined;
    return withDeadline(opening, waitMs, clock, () => {
      const message = `model '${name}' version '${version}' is still being fetched`;
      return new ScoringError('SCORE_ERR_MODEL_LOADING', message);
    });
  }

  async #settled(name: string, proofs: readonly Promise<void>[]): Promise<void> {
    if (proofs.length === 0) return;
    const { waitMs, clock } = this.#options;
    await withDeadline(Promise.all(proofs), waitMs, clock, () => {
      return new ScoringError('SCORE_ERR_MODEL_LOADING', `model '${name}' is still being checked`);
    });
  }

  #describe(entry: CatalogEntry): CatalogEntry {
    const described = entry.plan && this.#records?.describe(entry.plan);
    return described && described !== entry.plan ? { ...entry, plan: described } : entry;
  }

  /** Tells that the session of a plan is no longer wanted, unless it is. */
  #retire(plan: ModelPlan): void {
    const all = [...this.#folder.list(), ...(this.#published?.list() ?? [])];
    if (!all.some((entry) => entry.plan?.key === plan.key)) this.#options.onRetired(plan);
  }
}
