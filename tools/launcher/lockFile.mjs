import { readFileSync, statSync } from 'node:fs';

/** A lock file as it is now: its text, record (null when damaged) and last change in ms; undefined when there is none. */
export function readLock(file) {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, record: parse(text), changedAt: statSync(file).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
