import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project.mjs';
import { UserProblem } from './messages.mjs';
import { runBuilt } from './runBuilt.mjs';

/** `npm run bench:<name> [-- <its arguments>]`: runs one measurement of bench/ on the current build. */
export async function bench([name, ...args]) {
  const names = benchNames();
  if (!names.includes(name)) {
    throw new UserProblem(`unknown bench ${name ?? '(none)'}; bench/ holds ${names.join(', ') || 'none'}`, 2);
  }
  return runBuilt(`bench/${name}.js`, args);
}

function benchNames() {
  const folder = join(projectRoot, 'bench');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : []));
}
