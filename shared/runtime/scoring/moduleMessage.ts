import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { markedPlace, withoutMarks } from './importModule.js';

const longest = 400;

/** A path with two names at least that begins a word; a slash within one, as in `and/or`, begins none. */
const paths = /(^|[\s'"`(=,:])(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:[^\s'"`:\\/]+[\\/])+([^\s'"`:\\/]*)/g;

/**
 * What a scoring module has thrown or says, as text for callers: without folders of this machine and line breaks, at most 400
 * characters. Of a path its last name is left.
 */
export function moduleMessage(thrown: unknown, modelDir: string): string {
  let text = thrownText(thrown);
  // whole, since they may hold blanks, which end a path for the pattern
  for (const dir of withParents(modelDir)) {
    text = text.replaceAll(`${pathToFileURL(dir).href}/`, '').replaceAll(dir + path.sep, '');
  }
  const clean = withoutMarks(text).replace(paths, '$1$2').replace(/\s+/g, ' ').trim().toWellFormed();
  return clean.length > longest ? `${clean.slice(0, longest).toWellFormed()}...` : clean;
}

/** The line of a module at which an error was made, as ` (scoring.mjs:12)`; empty where it does not tell. */
export function placeIn(thrown: unknown): string {
  const stack = textBy(() => (thrown instanceof Error ? thrown.stack : ''), '');
  const [, name, line] = markedPlace.exec(stack) ?? [];
  return name === undefined || line === undefined ? '' : ` (${name}:${line})`;
}

/** The message of whatever was thrown, with places of this machine: for the log. At most 4,000 characters. */
export function thrownText(thrown: unknown): string {
  const read = () => (thrown instanceof Error ? thrown.message || thrown.name : thrown);
  return textBy(read, 'something that is no error was thrown').slice(0, 4000);
}

/** What a module throws may have members of any type, and getters and a `toString` that throw again. */
function textBy(read: () => unknown, otherwise: string): string {
  try {
    return String(read());
  } catch {
    return otherwise;
  }
}

/** A folder and those above it, the root left out. */
function withParents(dir: string): string[] {
  const parent = path.dirname(dir);
  return parent === dir ? [] : [dir, ...withParents(parent)];
}
