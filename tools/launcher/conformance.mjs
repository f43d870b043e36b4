import { join } from 'node:path';
import { runToEnd } from './exec.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';

/** `npm run conformance [-- <its arguments>]`: plays the recordings of a real host against the local one. */
export async function conformance(args) {
  await prepare(projectRoot);
  const script = join(projectRoot, 'dist', 'test', 'conformance', 'kit', 'main.js');
  const { code } = await runToEnd(nodeBinary(projectRoot), [script, ...args], { cwd: projectRoot });
  return code;
}
