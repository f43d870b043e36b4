import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../clock.js';
import { hasFiles } from './hashFile.js';
import type { PublishedFile } from './manifest.js';

/** Folders whose files are still being written. */
const unfinished = '.new';
const processFolder = /^warmstart-models-(\d+)-/;

export interface ModelCacheOptions {
  /** Outlives the process; undefined: a folder of the process in the temporary folder of the system. */
  readonly dir?: string;
  readonly clock: Clock;
  /** How long the files of a version that is gone are kept for calls that still hold its plan. */
  readonly graceMs: number;
}

/**
 * The files of published models on the disk of this instance, one folder for each publish. A folder appears under its
 * name when all of its files are there and have proven to be the right ones.
 */
export class ModelCache {
  readonly #options: ModelCacheOptions;
  readonly #inUse = new Set<string>();
  #root: Promise<string> | undefined;
  #closed = false;

  constructor(options: ModelCacheOptions) {
    this.#options = options;
  }

  /** The folder of a publish, when its files are here from before and are still the same. */
  async find(publishId: string, files: readonly PublishedFile[]): Promise<string | undefined> {
    this.#inUse.add(publishId);
    const dir = path.join(await this.#open(), publishId);
    return (await hasFiles(dir, files)) ? dir : undefined;
  }

  /** An empty folder for the files of a publish. Nobody sees it until `keep`. */
  async begin(publishId: string): Promise<string> {
    this.#inUse.add(publishId);
    const dir = path.join(await this.#open(), publishId + unfinished);
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true });
    return dir;
  }

  /** Gives the folder that `begin` made its name. Its files have been compared with the manifest. */
  async keep(publishId: string): Promise<string> {
    const root = await this.#open();
    const dir = path.join(root, publishId);
    await rm(dir, { recursive: true, force: true });
    await rename(path.join(root, publishId + unfinished), dir);
    return dir;
  }

  /** Removes a folder that `begin` made and `keep` did not keep. */
  async giveUp(publishId: string): Promise<void> {
    this.#inUse.delete(publishId);
    const dir = path.join(await this.#open(), publishId + unfinished);
    await rm(dir, { recursive: true, force: true }).catch(() => undefined);
  }

  /** The version is gone: its files are removed when no call holds its plan any more. */
  retire(publishId: string): void {
    if (!this.#root) return;
    const { clock, graceMs } = this.#options;
    clock.after(graceMs, () => {
      this.#inUse.delete(publishId);
      void this.#remove(publishId);
    });
  }

  /** Removes what an earlier process has left, except for these. */
  async sweep(publishIds: ReadonlySet<string>): Promise<void> {
    if (!this.#root) return;
    for (const entry of await readdir(await this.#root).catch(() => [])) {
      const publishId = entry.replace(unfinished, '');
      if (!publishIds.has(publishId) && !this.#inUse.has(publishId)) await this.#remove(entry);
    }
  }

  /** Removes the folder of the process. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#options.dir !== undefined || !this.#root) return;
    const root = await this.#root.catch(() => undefined);
    if (root !== undefined) await rm(root, { recursive: true, force: true }).catch(() => undefined);
  }

  async #remove(folder: string): Promise<void> {
    if (this.#closed || !this.#root) return;
    // a file that is open on Windows stays; the next process sweeps it
    await rm(path.join(await this.#root, folder), { recursive: true, force: true }).catch(() => undefined);
  }

  #open(): Promise<string> {
    this.#root ??= this.#make().catch((error: unknown) => {
      this.#root = undefined;
      throw error;
    });
    return this.#root;
  }

  async #make(): Promise<string> {
    const { dir } = this.#options;
    if (dir !== undefined) {
      await mkdir(dir, { recursive: true });
      return dir;
    }
    await removeOfDeadProcesses();
    return mkdtemp(path.join(tmpdir(), `warmstart-models-${process.pid}-`));
  }
}

/** A process that was killed could not remove its folder; instances start processes again and again. */
async function removeOfDeadProcesses(): Promise<void> {
  for (const entry of await readdir(tmpdir()).catch(() => [])) {
    const pid = Number(processFolder.exec(entry)?.[1] ?? NaN);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    await rm(path.join(tmpdir(), entry), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // it is there, and belongs to somebody else
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
