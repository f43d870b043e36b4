import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildReason } from './built.mjs';
import { compile } from './compile.mjs';
import { install } from './install.mjs';
import { installReason, stampInstall } from './installed.mjs';
import { acquireLock } from './lock.mjs';
import { refuseOldNode } from './nodeBinary.mjs';
import { say } from './messages.mjs';

/** Installs and builds what is not current; does nothing, quickly, when everything is. */
export async function prepare(root) {
  refuseOldNode();
  if (installReason(root) === undefined && buildReason(root) === undefined) {
    stampInstall(root);
    return;
  }
  await ensureInstalled(root);
  await alone(root, async () => {
    const reason = buildReason(root);
    if (reason !== undefined) await compile(root, reason);
  });
}

/** Installs the packages if they are not what package-lock.json asks for. */
export async function ensureInstalled(root) {
  refuseOldNode();
  await alone(root, async () => {
    const reason = installReason(root);
    if (reason === undefined) stampInstall(root);
    else await install(root, reason);
  });
}

/** Two commands that start at once must not install or compile over each other: the second waits and looks again. */
async function alone(root, work) {
  let waiting = false;
  for (;;) {
    const { lock, holder } = await acquireLock(join(root, '.warmstart', 'prepare.lock'));
    if (lock !== undefined) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!waiting) say(`waiting for process ${holder.pid}, which installs or builds in this folder`);
    waiting = true;
    await delay(100);
  }
}
