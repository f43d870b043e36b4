import { existsSync } from 'node:fs';
import path from 'node:path';

/** The root of the repository: the nearest folder above the built test that has a lockfile. */
export const projectRoot = findRoot(__dirname);

/** Folder of the built tree that this test belongs to: `dist`, or another output folder of the compiler. */
export const builtRoot = path.resolve(__dirname, '..', '..');

function findRoot(from: string): string {
  for (let dir = from; ; dir = path.dirname(dir)) {
    if (existsSync(path.join(dir, 'package-lock.json'))) return dir;
    if (dir === path.dirname(dir)) throw new Error(`no package-lock.json above ${from}`);
  }
}

/** The models that ship with the app. */
export const shippedModelsDir = path.join(projectRoot, 'models');

/** The folder of a model of the test suite (test/models/README.md). */
export function fixtureDir(name: string): string {
  return path.join(projectRoot, 'test', 'models', name);
}
