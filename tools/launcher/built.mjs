import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sourceFolders = ['functions', 'shared', 'local', 'client/src', 'test', 'bench'];
const otherInputs = ['tsconfig.json', 'package.json', 'package-lock.json'];
const stampPath = (root) => join(root, 'dist', '.warmstart-build.json');

/**
 * A hash over everything the build reads. It is made of the content, not of times: a `git checkout` there and
 * back changes nothing, and a file that comes with an old time is still seen.
 */
export function sourceHash(root) {
  const hash = createHash('sha256');
  for (const file of [...otherInputs, ...sourceFiles(root)]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`${file}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** Why dist/ must be built, or undefined when it holds what the sources say. */
export function buildReason(root) {
  const stamp = readStamp(root);
  if (stamp === undefined) return 'dist/ is missing or half made';
  if (stamp.hash !== sourceHash(root)) return 'the sources have changed';
  const missing = stamp.outputs.find((file) => !existsSync(join(root, file)));
  return missing === undefined ? undefined : `${missing} is missing`;
}

/**
 * Prepares dist/ for the compiler: takes the stamp away, so that a build that fails leaves none; makes the
 * compiler write everything where an output is lost, because it only compares sources; and deletes the outputs
 * of deleted sources, because functions are found by a pattern over dist/functions.
 */
export function clearStaleOutputs(root) {
  const stamp = readStamp(root);
  const complete = stamp?.outputs.every((file) => existsSync(join(root, file))) ?? false;
  rmSync(stampPath(root), { force: true });
  if (!complete) rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
  for (const file of outputFiles(root)) {
    if (!hasSource(root, file)) rmSync(join(root, file));
  }
}

/** Remembers that dist/ was built from the sources with this hash. */
export function stampBuild(root, hash) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampPath(root), JSON.stringify({ hash, outputs: outputFiles(root) }));
}

function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampPath(root), 'utf8'));
  } catch {
    return undefined; // missing or damaged: build again
  }
}

function sourceFiles(root) {
  return sourceFolders.flatMap((folder) => filesBelow(root, folder, /\.[cm]?ts$/));
}

function outputFiles(root) {
  return sourceFolders.flatMap((folder) => filesBelow(root, `dist/${folder}`, /\.[cm]?js(\.map)?$/));
}

function hasSource(root, output) {
  const source = output.replace(/^dist\//, '').replace(/\.map$/, '');
  return existsSync(join(root, source.replace(/js$/, 'ts'))) || existsSync(join(root, source));
}

/** Files below a folder as sorted paths from the root, written with slashes. */
function filesBelow(root, folder, pattern) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => pattern.test(path))
    .sort();
}
