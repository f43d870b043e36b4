import type { Clock } from '../clock.js';
import { withDeadline } from '../deadline.js';
import { fromErrorMessage, ScoringError, toErrorMessage, type ErrorMessage } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import { compareVersions } from './compareVersions.js';
import { scanModelFolders, type ModelFolder } from './modelFolder.js';
import type { ModelPlan } from './modelPlan.js';

type ModelState = 'LOADING' | 'READY' | 'UNAVAILABLE';

/** One model version as it is listed. READY means that it can be scored; its session is opened by the first call. */
export interface CatalogEntry {
  readonly name: string;
  readonly version: string;
  readonly state: ModelState;
  readonly plan?: ModelPlan;
  /** Why it is unavailable. */
  readonly reason?: ErrorMessage;
}

export interface CatalogOptions {
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
  /** A version went away or its files changed; its session can be released. */
  readonly onRetired: (plan: ModelPlan) => void;
  /** A model that could not be read for a reason that is no fault of its files. */
  readonly onFault: (text: string) => void;
  /** How long a call waits for a version that is being checked. */
  readonly waitMs: number;
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
 * The model versions of a folder and their states. A broken folder is listed with its reason and disturbs no other.
 * Changes on disk are seen by the next poll.
 */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #slots = new Map<string, Slot>();
  #scanned: Promise<void> | undefined;
  #isListed = false;
  #closed = false;
  #cancelPoll: (() => void) | undefined;

  constructor(options: CatalogOptions) {
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

  /** All versions, by name and then from the oldest to the newest. */
  list(): CatalogEntry[] {
    return [...this.#slots.values()]
      .map((slot) => slot.entry)
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : compareVersions(a.version, b.version)));
  }

  /**
   * The entry of a version, or of the newest servable one. Waits while a new version is being checked.
   * Throws SCORE_ERR_MODEL_NOT_FOUND, SCORE_ERR_VERSION_NOT_FOUND and SCORE_ERR_MODEL_LOADING.
   */
  async find(name: string, version?: string): Promise<CatalogEntry> {
    if (!this.#scanned) await this.start();
    const direct = version === undefined ? undefined : this.#slots.get(slotKey(name, version));
    if (direct?.entry.state === 'READY') return direct.entry;
    await this.#scanned;
    // a start is no reason to answer with an older version; one that is dropped later waits behind those that serve
    if (version === undefined) await this.#settled(this.#versionsOf(name).filter((slot) => slot.isFirst));
    const slot = this.#choose(name, version);
    if (slot.entry.state === 'READY') return slot.entry;
    await this.#settled(version === undefined ? this.#versionsOf(name) : [slot]);
    return this.#choose(name, version).entry;
  }

  /** The entry as it stands, without waiting. Throws as `find`. */
  async lookUp(name: string, version?: string): Promise<CatalogEntry> {
    await this.start();
    return this.#choose(name, version).entry;
  }

  /** The plan of a servable version. Throws as `find`, and SCORE_ERR_MODEL_UNAVAILABLE with the reason. */
  async plan(name: string, version?: string): Promise<ModelPlan> {
    const entry = await this.find(name, version);
    if (entry.plan && entry.state === 'READY') return entry.plan;
    const reason = entry.reason ? `${entry.reason.message} (${entry.reason.code})` : 'it is not ready';
    throw new ScoringError(
      'SCORE_ERR_MODEL_UNAVAILABLE',
      `model '${entry.name}' version '${entry.version}' cannot be served: ${reason}`,
      entry.reason ? { cause: fromErrorMessage(entry.reason) } : {},
    );
  }

  /** Looks at the folder once. */
  async refresh(): Promise<void> {
    const folders = await scanModelFolders(this.#options.modelsDir);
    if (this.#closed) return;
    const isFirst = !this.#isListed;
    this.#isListed = true;
    const present = new Set(folders.map((folder) => slotKey(folder.name, folder.version)));
    for (const [key, slot] of this.#slots) {
      if (present.has(key)) continue;
      this.#slots.delete(key);
      this.#retire(slot.entry);
    }
    for (const folder of folders) {
      const slot = this.#slots.get(slotKey(folder.name, folder.version));
      if (slot?.fingerprint !== folder.fingerprint) this.#admit(folder, slot, isFirst);
    }
  }

  /** Resolves when nothing that is known now is being checked. */
  async settled(): Promise<void> {
    await Promise.all([...this.#slots.values()].map((slot) => slot.settled));
  }

  close(): void {
    this.#closed = true;
    this.#cancelPoll?.();
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

  #admit(folder: ModelFolder, previous: Slot | undefined, isFirst: boolean): void {
    const { name, version, fingerprint } = folder;
    // what served before serves on until the new files are proven
    const entry: CatalogEntry =
      previous?.entry.state === 'READY' ? previous.entry : { name, version, state: 'LOADING' };
    const slot: Slot = { fingerprint, entry, settled: Promise.resolve(), isFirst };
    this.#slots.set(slotKey(name, version), slot);
    slot.settled = this.#prove(folder).then((proven) => {
      const shown = slot.entry;
      slot.entry = proven;
      slot.isFirst = false;
      this.#retire(shown);
      if (previous && previous.entry.plan?.key !== shown.plan?.key) this.#retire(previous.entry);
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

  #versionsOf(name: string): Slot[] {
    return [...this.#slots.values()].filter((slot) => slot.entry.name === name);
  }

  #choose(name: string, version: string | undefined): Slot {
    const slots = this.#versionsOf(name);
    if (slots.length === 0) throw modelNotFound(name);
    if (version !== undefined) {
      const slot = this.#slots.get(slotKey(name, version));
      if (!slot) throw versionNotFound(name, version);
      return slot;
    }
    const newestFirst = slots.sort((a, b) => compareVersions(b.entry.version, a.entry.version));
    return (newestFirst.find((slot) => slot.entry.state === 'READY') ?? newestFirst[0]) as Slot;
  }

  async #settled(slots: readonly Slot[]): Promise<void> {
    if (slots.length === 0) return;
    const { waitMs, clock } = this.#options;
    await withDeadline(Promise.all(slots.map((slot) => slot.settled)), waitMs, clock, () => {
      const { name } = (slots[0] as Slot).entry;
      return new ScoringError('SCORE_ERR_MODEL_LOADING', `model '${name}' is still being checked`);
    });
  }

  /** Tells that the plan of an entry is no longer listed, unless it is. */
  #retire({ plan }: CatalogEntry): void {
    const stillUsed = [...this.#slots.values()].some((one) => one.entry.plan?.key === plan?.key);
    if (plan && !stillUsed) this.#options.onRetired(plan);
  }
}

const slotKey = (name: string, version: string) => `${name}/${version}`;

function modelNotFound(name: string): ScoringError {
  return new ScoringError('SCORE_ERR_MODEL_NOT_FOUND', `there is no model '${shownName(name)}'`);
}

function versionNotFound(name: string, version: string): ScoringError {
  const message = `model '${shownName(name)}' has no version '${shownName(version)}'`;
  return new ScoringError('SCORE_ERR_VERSION_NOT_FOUND', message);
}
