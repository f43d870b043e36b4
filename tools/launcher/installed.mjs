import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const stampName = '.warmstart-install';

/**
 * Why the packages must be installed, or undefined when node_modules is what package-lock.json asks for.
 * An installation that somebody made with npm itself counts as well.
 */
export function installReason(root) {
  const lockText = readText(join(root, 'package-lock.json'));
  if (lockText === undefined) return 'package-lock.json is missing';
  // npm removes this list first and writes it last, so that it tells a half-made installation
  const present = packagesOf(readText(join(root, 'node_modules', '.package-lock.json')));
  if (present === undefined) {
    return existsSync(join(root, 'node_modules')) ? 'node_modules is incomplete' : 'there is no node_modules';
  }
  if (readText(stampPath(root)) !== hash(lockText)) {
    // one that cannot be read is npm's to explain
    const locked = packagesOf(lockText);
    if (locked === undefined || !isWhatLockAsks(locked, present)) return 'package-lock.json has changed';
  }
  const missing = Object.keys(present).find((path) => !existsSync(join(root, path, 'package.json')));
  return missing === undefined ? undefined : `${missing} is missing`;
}

/** Remembers for which package-lock.json the packages were installed. */
export function stampInstall(root) {
  const stamp = hash(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  if (readText(stampPath(root)) !== stamp) writeFileSync(stampPath(root), stamp);
}

/** The packages of a lock file by their paths, undefined when it is missing or damaged. */
function packagesOf(text) {
  try {
    const { packages } = JSON.parse(text);
    return typeof packages === 'object' && packages !== null ? packages : undefined;
  } catch {
    return undefined;
  }
}

/** Every package that is there is the locked one, and none is missing that may not be left out. */
function isWhatLockAsks(locked, present) {
  const samePackage = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity;
  return (
    Object.entries(present).every(([path, entry]) => samePackage(entry, locked[path])) &&
    Object.entries(locked).every(
      ([path, entry]) => path === '' || path in present || (entry.optional && !isForHere(entry)),
    )
  );
}

/**
 * Whether an optional package is surely meant for this platform. Those without a platform came along with one
 * that is not; which C library the system has is npm's to find out.
 */
function isForHere({ os, cpu, libc }) {
  return libc === undefined && [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch);
}

function stampPath(root) {
  return join(root, 'node_modules', stampName);
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex');
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
