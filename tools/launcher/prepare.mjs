import { alone } from './alone.mjs';
import { buildReason } from './built.mjs';
import { compile } from './compile.mjs';
import { install } from './install.mjs';
import { installReason, stampInstall } from './installed.mjs';
import { refuseOldNode } from './nodeBinary.mjs';

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
