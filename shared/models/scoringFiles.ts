import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ScoringError } from '../errors/scoringError.js';
import type { ModelFolder } from './modelFolder.js';
import type { ModelJson } from './modelJson.js';

/** The code that stands around a graph, in the folder of its version. */
export const scoringFile = 'scoring.mjs';

/** Folder of what the code reads or imports. */
export const assetsFolder = 'assets';

const maxModuleBytes = 2 ** 20;
const maxAssets = 1000;
const maxAssetsBytes = 2 ** 30;
const deepestFolder = 8;

/**
 * As `listScoringFiles`. Throws SCORE_ERR_MODEL_SCORING also for a module where no code may run, and for a model.json that
 * needs one where there is none.
 */
export async function allowedScoringFiles(
  { dir, allowsCode = false }: ModelFolder,
  { scoring }: ModelJson,
): Promise<string[]> {
  const files = await listScoringFiles(dir);
  if (files.length > 0 && !allowsCode) {
    throw scoringError(
      `${scoringFile} is code: it is deployed with the app, never part of a published model`,
    );
  }
  if (files.length === 0 && scoring) {
    throw scoringError(`model.json has the key scoring, but there is no file ${scoringFile}`);
  }
  return files;
}

/**
 * The files of a scoring module: scoring.mjs, then all of `assets/` in order, with `/` in their names on every system.
 * Empty where the version has no module. Links are not followed.
 *
 * Throws SCORE_ERR_MODEL_SCORING for links, and for more or larger files than are hashed within seconds.
 */
export async function listScoringFiles(dir: string): Promise<string[]> {
  const stat = await lstat(path.join(dir, scoringFile)).catch(() => undefined);
  if (!stat) return [];
  if (!stat.isFile()) throw scoringError(`${scoringFile} is a link or no plain file`);
  if (stat.size > maxModuleBytes)
    throw scoringError(`${scoringFile} is over 1 MiB; keep data in ${assetsFolder}`);
  const root = await lstat(path.join(dir, assetsFolder)).catch(() => undefined);
  if (!root) return [scoringFile];
  if (!root.isDirectory()) throw scoringError(`${assetsFolder} is a link or no folder`);
  const assets: string[] = [];
  await addFiles(dir, assetsFolder, 1, assets);
  let bytes = 0;
  for (const name of assets) bytes += (await lstat(path.join(dir, name))).size;
  if (bytes > maxAssetsBytes) throw scoringError(`${assetsFolder} is over 1 GiB`);
  return [scoringFile, ...assets.sort()];
}

async function addFiles(dir: string, folder: string, depth: number, found: string[]): Promise<void> {
  if (depth > deepestFolder)
    throw scoringError(`${assetsFolder} is nested over ${deepestFolder} folders deep`);
  for (const entry of await readdir(path.join(dir, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) await addFiles(dir, name, depth + 1, found);
    else if (!entry.isFile())
      throw scoringError(`'${entry.name}' in ${assetsFolder} is a link or no plain file`);
    else if (found.push(name) > maxAssets) throw scoringError(`${assetsFolder} has over ${maxAssets} files`);
  }
}

/** A scoring module that cannot be used; the message shows no place of this machine. */
export const scoringError = (message: string, cause?: unknown) =>
  new ScoringError('SCORE_ERR_MODEL_SCORING', message, cause === undefined ? {} : { cause });
