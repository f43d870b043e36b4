import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserProblem } from './messages.mjs';

const minimum = [22, 13];

/** Whether the installation brings a Node of its own (an optional dependency that exists for one platform). */
export function bringsNode(platform = process.platform, arch = process.arch) {
  return platform === 'linux' && arch === 'x64';
}

/** Refuses a Node that could not run the build and the server, before anything is downloaded. */
export function refuseOldNode(version = process.versions.node, brought = bringsNode()) {
  if (brought || isRecentEnough(version)) return;
  throw new UserProblem(
    `the server needs Node ${minimum.join('.')} or newer (24 recommended), this is ${version}: https://nodejs.org/en/download`,
  );
}

/** The Node that builds, tests and serves: the installed one first, then the one that runs the launcher. */
export function nodeBinary(root) {
  const installed = join(root, 'node_modules', '.bin', 'node');
  if (process.platform !== 'win32' && existsSync(installed)) return installed;
  refuseOldNode(process.versions.node, false);
  return process.execPath;
}

function isRecentEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}
