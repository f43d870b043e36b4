import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Names that are safe as a path segment, a blob name and a URL segment alike. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Whether a text may name a model or a version. */
export function isModelName(text: string): boolean {
  return namePattern.test(text);
}

/** A folder `models/<name>/<version>` as found on disk. */
export interface ModelFolder {
  readonly name: string;
  readonly version: string;
  readonly dir: string;
  /** Changes whenever a file in the folder does. */
  readonly fingerprint: string;
  /** The folder cannot be a model version; the text says why. */
  readonly misplaced?: string;
  /** Whether scoring.mjs in it may run: it was deployed with the app. Code that came over HTTP never runs. */
  readonly allowsCode?: boolean;
}

/** What `isModelName` asks for, in words. */
export const modelNameRule =
  'must be 1 to 100 letters, digits, dots, dashes or underscores and begin with a letter or digit';
const noVersion = 'there is no version folder: move its files to models/<name>/<version>/';
const unreadable = 'the folder cannot be read';

/**
 * Lists the model folders below `root`. Links are not followed; a missing root has no models. A file model.onnx that
 * lies where no version is, names that cannot be served, and folders that cannot be read are listed as misplaced.
 * `allowsCode`: `root` is part of the deployed app.
 */
export async function scanModelFolders(
  root: string,
  { allowsCode = false }: Pick<ModelFolder, 'allowsCode'> = {},
): Promise<ModelFolder[]> {
  const found: ModelFolder[] = [];
  if (await hasModelFile(root)) found.push(misplaced('-', '-', root, noVersion));
  for (const name of await subfolders(root)) found.push(...(await versionsOf(name, path.join(root, name))));
  return found.map((folder) => ({ ...folder, allowsCode }));
}

async function versionsOf(name: string, modelDir: string): Promise<ModelFolder[]> {
  const versions = await subfolders(modelDir).catch(() => undefined);
  if (!versions) return [misplaced(name, '-', modelDir, unreadable)];
  if (!isModelName(name))
    return [misplaced(name, versions[0] ?? '-', modelDir, `the model name ${modelNameRule}`)];
  const found: ModelFolder[] = [];
  if (versions.length === 0 || (await hasModelFile(modelDir))) {
    found.push(misplaced(name, '-', modelDir, noVersion));
  }
  for (const version of versions) {
    const dir = path.join(modelDir, version);
    if (!isModelName(version)) {
      found.push(misplaced(name, version, dir, `the version ${modelNameRule}`));
      continue;
    }
    const fingerprint = await stampFolder(dir).catch(() => undefined);
    if (fingerprint === undefined) found.push(misplaced(name, version, dir, unreadable));
    else found.push({ name, version, dir, fingerprint });
  }
  return found;
}

/** Names, sizes and time stamps of the given files in a folder, as one text; missing ones are left out. */
export async function stampFiles(dir: string, names: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const name of names) {
    const stat = await lstat(path.join(dir, name)).catch(() => undefined);
    if (stat) lines.push(`${name} ${stat.size} ${stat.mtimeMs}`);
  }
  return lines.sort().join('\n');
}

/** The stamp of every file in a model folder. */
async function stampFolder(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return stampFiles(
    dir,
    files.map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name))),
  );
}

async function subfolders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

async function hasModelFile(dir: string): Promise<boolean> {
  const stat = await lstat(path.join(dir, 'model.onnx')).catch(() => undefined);
  return stat?.isFile() ?? false;
}

function misplaced(name: string, version: string, dir: string, why: string): ModelFolder {
  return { name: name.slice(0, 100), version: version.slice(0, 100), dir, fingerprint: '', misplaced: why };
}
