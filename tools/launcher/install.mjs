import { basename } from 'node:path';
import { runToEnd } from './exec.mjs';
import { explainFailure } from './installFailure.mjs';
import { describeInstall } from './installSize.mjs';
import { stampInstall } from './installed.mjs';
import { bringsNode } from './nodeBinary.mjs';
import { say, UserProblem } from './messages.mjs';

/** Installs what package-lock.json asks for, after saying why and what it costs. */
export async function install(root, reason) {
  say(`${reason}: installing packages with npm ci (${describeInstall(bringsNode())})`);
  const startedAt = performance.now();
  const { command, args, shell } = npmCommand();
  const { code, output } = await runToEnd(command, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    capture: true,
    shell,
  });
  if (code !== 0) {
    console.error(output.trimEnd());
    throw new UserProblem(explainFailure(output, code));
  }
  stampInstall(root);
  say(`installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

/** npm as the caller has it: the one that runs this script, otherwise the one on PATH. */
function npmCommand(env = process.env) {
  const script = env.npm_execpath;
  if (script !== undefined && basename(script) === 'npm-cli.js') {
    return { command: process.execPath, args: [script], shell: false };
  }
  const onWindows = process.platform === 'win32';
  return { command: onWindows ? 'npm.cmd' : 'npm', args: [], shell: onWindows };
}
