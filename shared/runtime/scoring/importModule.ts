import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SessionPlan } from '../../models/modelPlan.js';
import { assetsFolder, scoringFile } from '../../models/scoringFiles.js';

/** What is added to the address of a module for each version of its files. */
const mark = (key: string) => `warmstart=${key}`;
const markIn = /[?&]warmstart=([0-9a-f]+)/;

/** The name and the line of a module in a stack trace. */
export const markedPlace = /([^\s/\\]+)[?&]warmstart=[0-9a-f]+:(\d+)/;

let isHooked = false;

/**
 * Imports the scoring module of a model, and by its relative imports the modules beside it, in the version of the plan's
 * key. Node never forgets a module: other files need another address.
 */
export async function importModule({ dir, key }: Pick<SessionPlan, 'dir' | 'key'>): Promise<unknown> {
  if (!isHooked) {
    isHooked = true;
    registerHooks({ resolve: withVersion });
  }
  return import(`${pathToFileURL(path.join(dir, scoringFile)).href}?${mark(key)}`);
}

/** A text without the marks of addresses. */
export function withoutMarks(text: string): string {
  return text.replaceAll(new RegExp(markIn, 'g'), '');
}

type Resolve = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>;

/** The folder of the version, as an address with `/` at its end, by the marked address of each of its modules. */
const folders = new Map<string, string>();

/**
 * What a scoring module imports by a relative name gets the mark of its importer. Throws for what lies outside of the
 * files by which the model is known: it would change without anybody's notice.
 */
const withVersion: Resolve = (specifier, context, nextResolve) => {
  const resolved = nextResolve(specifier, context);
  const importer = context.parentURL ?? '';
  if (!specifier.startsWith('.')) {
    if (markIn.test(specifier)) folders.set(resolved.url, new URL('.', resolved.url).href);
    return resolved;
  }
  const key = markIn.exec(importer)?.[1];
  const folder = folders.get(importer);
  if (key === undefined || folder === undefined) return resolved;
  const [file = ''] = resolved.url.split(/[?#]/);
  if (file !== folder + scoringFile && !file.startsWith(`${folder}${assetsFolder}/`)) {
    const shown = specifier.slice(0, 100);
    throw new Error(
      `import '${shown}': a scoring module imports files of ${assetsFolder}/ and packages only`,
    );
  }
  const url = `${resolved.url}${resolved.url.includes('?') ? '&' : '?'}${mark(key)}`;
  folders.set(url, folder);
  return { ...resolved, url };
};
