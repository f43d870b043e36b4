import { join } from 'node:path';
import { runToEnd } from './exec.mjs';
import { say, UserProblem } from './messages.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';

/**
 * `npm run build`: installs and builds what is not current, and proves the models that ship with the app, so that
 * no instance has to. The local host proves models itself, so the other commands do without.
 */
export async function build() {
  await prepare(projectRoot);
  const script = join(projectRoot, 'dist', 'shared', 'runtime', 'checkShippedModels.js');
  const { code } = await runToEnd(nodeBinary(projectRoot), [script], { cwd: projectRoot });
  if (code !== 0) throw new UserProblem(`the check of the models ended with exit code ${code}`);
  say('dist/ is current');
  return 0;
}
