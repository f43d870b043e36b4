import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HostFault } from '../hostFault.js';
import type { FunctionApp } from './functionApp.js';

const LIBRARY = /[\\/]node_modules[\\/](?:@azure[\\/]functions|durable-functions)[\\/]/;

interface Entry {
  readonly pattern: string;
  readonly isModule: boolean;
}

/** Loads every file of package.json's `main` glob in turn, sorted by path (functions-host.md 1.4). */
export async function loadApp(appDir: string, app: FunctionApp): Promise<void> {
  const { pattern, isModule } = readEntry(appDir);
  const files = globSync(pattern, { cwd: appDir }).sort();
  if (files.length === 0)
    throw new HostFault(`No file in ${appDir} matches "main" of package.json: ${pattern}`);

  const requireFromApp = createRequire(join(appDir, 'package.json'));
  forgetLibrary(requireFromApp.cache, appDir);
  for (const file of files) {
    const path = join(appDir, file);
    app.entryFile = path;
    const extension = extname(file);
    try {
      if (extension === '.mjs' || (isModule && extension !== '.cjs')) await import(pathToFileURL(path).href);
      else requireFromApp(path);
    } catch (error) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new HostFault(`${file} could not be loaded: ${text.split('\n', 1)[0] ?? ''}`, { cause: error });
    }
  }
}

function readEntry(appDir: string): Entry {
  const file = join(appDir, 'package.json');
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HostFault(`${file} cannot be read: ${String(error).replaceAll(/\s+/g, ' ')}`);
  }
  const { main, type } = (json ?? {}) as { main?: unknown; type?: unknown };
  if (typeof main !== 'string' || main === '')
    throw new HostFault(`${file}: "main" must name the function files`);
  return { pattern: main, isModule: type === 'module' };
}

/**
 * Drops the library and every module of the app that leads to it from the cache, so that functions register
 * again when this process has loaded them before: with another app, in another start, or without a host. The
 * library keeps for good that there was no host, and that the setup is closed after a start.
 */
function forgetLibrary(cache: NodeJS.Dict<NodeJS.Module>, appDir: string): void {
  const loaded = Object.values(cache).filter((module) => module !== undefined);
  const dropped = new Set(loaded.filter(({ id }) => LIBRARY.test(id)));
  const own = loaded.filter(
    ({ id }) => id.startsWith(appDir + sep) && !id.includes(`${sep}node_modules${sep}`),
  );
  for (let before = -1; before !== dropped.size;) {
    before = dropped.size;
    for (const module of own) if (module.children.some((child) => dropped.has(child))) dropped.add(module);
  }
  for (const { id } of dropped) Reflect.deleteProperty(cache, id);
}
