import type { Clock } from '../clock.js';
import { toErrorMessage } from '../errors/scoringError.js';
import type { CatalogEntry } from './catalogEntry.js';
import { scanModelFolders, type ModelFolder } from './modelFolder.js';
import type { ModelPlan } from './modelPlan.js';

export interface FolderModelsOptions {
  readonly modelsDir: string;
  /**
   * Reads a folder; elsewhere than on the main thread, since a hostile file can hold it up. Limits itself how many are
   * read at once.
   */
  readonly inspect: (folder: ModelFolder) => Promise<ModelPlan>;
  /**
   * Proves a model that has not been seen before in a process of its own; rejects with a SCORE_ERR_MODEL_* error.
   * Limits itself how many run at once, so that models which are known already wait for none.
   */
  readonly check: (plan: ModelPlan) => Promise<void>;
  /** A version went away or its files changed. */
  readonly onDropped: (plan: ModelPlan) => void;
  /** A model that could not be read for a reason that is no fault of its files. */
  readonly onFault: (text: string) => void;
  readonly clock: Clock;
  /** How often the folder is looked at; undefined: once. */
  readonly pollMs?: number;
}

interface Slot {
  fingerprint: string;
  entry: CatalogEntry;
  settled: Promise<void>;
  /** Found by the first scan and not proven yet. */
  isFirst: boolean;
}

/**
 * The model versions that were deployed with the app, and their states. A broken folder is listed with its reason and
 * disturbs no other. Changes on disk are seen by the next poll.
 */
export class FolderModels {
  readonly #options: FolderModelsOptions;
  /** By version, by name. */
  readonly #names = new Map<string, Map<string, Slot>>();
  #scanned: Promise<void> | undefined;
  #isListed = false;
  #closed = false;
  #cancelPoll: (() => void) | undefined;

  constructor(options: FolderModelsOptions) {
    this.#options = options;
  }

  /** Looks at the folder for the first time and begins to poll. Resolves when every version is known by name. */
  start(): Promise<void> {
    this.#scanned ??= this.refresh()
      .catch((error: unknown) => {
        // the next call looks again: a folder that cannot be read now may be there later
        this.#scanned = undefined;
        throw error;
      })
      .finally(() => {
        this.#poll();
      });
    return this.#scanned;
  }

  /** Whether the folder has been read. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** The entry of a version as it stands. */
  get(name: string, version: string): CatalogEntry | undefined {
    return this.#names.get(name)?.get(version)?.entry;
  }

  /** Whether there is a folder of this name. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** The versions of a model as they stand. */
  versionsOf(name: string): CatalogEntry[] {
    return [...(this.#names.get(name)?.values() ?? [])].map(({ entry }) => entry);
  }

  list(): CatalogEntry[] {
    return this.#slots().map(({ entry }) => entry);
  }

  /** The proofs under way of one version, of all of a model, or of those that the first scan has found. */
  proofs(name: string, which: { readonly version: string } | 'first' | 'all'): Promise<void>[] {
    const versions = this.#names.get(name);
    if (!versions) return [];
    if (typeof which === 'object') {
      const slot = versions.get(which.version);
      return slot?.entry.state === 'LOADING' ? [slot.settled] : [];
    }
    return [...versions.values()]
      .filter(({ isFirst }) => isFirst || which === 'all')
      .map(({ settled }) => settled);
  }

  /** Looks at the folder once. */
  async refresh(): Promise<void> {
    const folders = await scanModelFolders(this.#options.modelsDir, { allowsCode: true });
    if (this.#closed) return;
    const isFirst = !this.#isListed;
    this.#isListed = true;
    this.#dropAllBut(folders);
    for (const folder of folders) {
      const slot = this.#names.get(folder.name)?.get(folder.version);
      if (slot?.fingerprint !== folder.fingerprint) this.#admit(folder, slot, isFirst);
    }
  }

  /** Resolves when nothing that is known now is being checked. */
  async settled(): Promise<void> {
    await Promise.all(this.#slots().map((slot) => slot.settled));
  }

  close(): void {
    this.#closed = true;
    this.#cancelPoll?.();
  }

  #slots(): Slot[] {
    return [...this.#names.values()].flatMap((versions) => [...versions.values()]);
  }

  #poll(): void {
    const { clock, pollMs } = this.#options;
    this.#cancelPoll?.();
    if (pollMs === undefined || this.#closed) return;
    this.#cancelPoll = clock.after(pollMs, () => {
      // a folder that cannot be read now is looked at again by the next poll
      void this.refresh()
        .catch(() => undefined)
        .finally(() => {
          this.#poll();
        });
    });
  }

  #dropAllBut(folders: readonly ModelFolder[]): void {
    const present = new Map<string, Set<string>>();
    for (const { name, version } of folders) {
      const versions = present.get(name);
      if (versions) versions.add(version);
      else present.set(name, new Set([version]));
    }
    for (const [name, versions] of this.#names) {
      for (const [version, slot] of versions) {
        if (present.get(name)?.has(version) === true) continue;
        versions.delete(version);
        this.#drop(slot.entry);
      }
      if (versions.size === 0) this.#names.delete(name);
    }
  }

  #admit(folder: ModelFolder, previous: Slot | undefined, isFirst: boolean): void {
    const { name, version, fingerprint } = folder;
    // what served before serves on until the new files are proven
    const entry: CatalogEntry =
      previous?.entry.state === 'READY' ? previous.entry : { name, version, state: 'LOADING' };
    const slot: Slot = { fingerprint, entry, settled: Promise.resolve(), isFirst };
    const versions = this.#names.get(name) ?? new Map<string, Slot>();
    this.#names.set(name, versions.set(version, slot));
    slot.settled = this.#prove(folder).then((proven) => {
      const shown = slot.entry;
      slot.entry = proven;
      slot.isFirst = false;
      this.#drop(shown);
      if (previous && previous.entry.plan?.key !== shown.plan?.key) this.#drop(previous.entry);
    });
  }

  async #prove(folder: ModelFolder): Promise<CatalogEntry> {
    const { name, version } = folder;
    try {
      const plan = await this.#options.inspect(folder);
      await this.#options.check(plan);
      return { name, version, state: 'READY', plan };
    } catch (error) {
      const reason = toErrorMessage(error);
      if (reason.code === 'SCORE_ERR_INTERNAL') {
        this.#options.onFault(`model ${name} ${version}: ${reason.logText ?? reason.message}`);
      }
      return { name, version, state: 'UNAVAILABLE', reason };
    }
  }

  #drop({ plan }: CatalogEntry): void {
    if (plan) this.#options.onDropped(plan);
  }
}
