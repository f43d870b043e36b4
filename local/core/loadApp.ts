import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HostFault } from '../hostFault.js';
import { readJsonFile } from '../jsonFile.js';
import type { FunctionApp } from './functionApp.js';

const LIBRARY = /[\\/]node_modules[\\/](?:@azure[\\/]functions|durable-functions)[\\/]/;

/** Loads every file of package.json's `main` glob in turn, sorted by path (functions-host.md 1.4). */
export async function loadApp(appDir: string, app: FunctionApp): Promise<void> {
  const packageFile = join(appDir, 'package.json');
  const { main, type } = (readJsonFile(packageFile) ?? {}) as { main?: unknown; type?: unknown };
  if (typeof main !== 'string' || main === '')
    throw new HostFault(`${packageFile}: "main" must name the function files`);
  const files = globSync(main, { cwd: appDir }).sort();
  if (files.length === 0) throw new HostFault(`No file in ${appDir} matches "main" of package.json: ${main}`);

  const requireFromApp = createRequire(packageFile);
  forgetLibrary(requireFromApp.cache, appDir);
  for (const file of files) {
    const path = join(appDir, file);
    app.entryFile = path;
    const extension = extname(file);
    try {
      if (extension === '.mjs' || (type === 'module' && extension !== '.cjs'))
        await import(pathToFileURL(path).href);
      else requireFromApp(path);
    } catch (error) {
      throw new HostFault(`${file} could not be loaded: ${oneLine(error, appDir)}`, { cause: error });
    }
  }
}

/** What was thrown and where in the app, `(functions/score.js:12:3)`. */
function oneLine(error: unknown, appDir: string): string {
  if (!(error instanceof Error)) return String(error).split('\n', 1)[0] ?? '';
  const [message = ''] = error.message.split('\n', 1);
  const frame = error.stack?.split('\n').find((line) => line.includes(appDir + sep) && /:\d+/.test(line));
  const place =
    frame === undefined
      ? ''
      : ` (${frame.slice(frame.indexOf(appDir) + appDir.length + 1).replace(/\)$/, '')})`;
  return `${error.name}: ${message}${place}`;
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
