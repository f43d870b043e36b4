import { join } from 'node:path';
import { runToEnd } from './exec.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';

/** Installs and builds what is not current, then runs a script of dist/ under Node 24; gives its exit code. */
export async function runBuilt(script, args) {
  await prepare(projectRoot);
  const file = join(projectRoot, 'dist', script);
  const { code } = await runToEnd(nodeBinary(projectRoot), [file, ...args], { cwd: projectRoot });
  return code;
}
