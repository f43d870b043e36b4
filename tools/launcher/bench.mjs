import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from './exec.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';
import { UserProblem } from './messages.mjs';

/** `npm run bench:<name> [-- <its arguments>]`: runs one measurement of bench/ on the current build. */
export async function bench([name, ...args]) {
  const names = benchNames();
  if (!names.includes(name)) {
    throw new UserProblem(`unknown bench ${name ?? '(none)'}; bench/ holds ${names.join(', ') || 'none'}`, 2);
  }
  await prepare(projectRoot);
  const script = join(projectRoot, 'dist', 'bench', `${name}.js`);
  const { code } = await runToEnd(nodeBinary(projectRoot), [script, ...args], { cwd: projectRoot });
  return code;
}

function benchNames() {
  const folder = join(projectRoot, 'bench');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : []));
}
