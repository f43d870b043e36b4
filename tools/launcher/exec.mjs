import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { UserProblem } from './messages.mjs';

/**
 * Runs a command to its end and gives `{ code, output }`. Signals to the launcher reach the command and end the
 * launcher after it. `capture: true` keeps the output instead of showing it.
 */
export async function runToEnd(command, args, { cwd, env = process.env, capture = false, shell = false }) {
  const stdio = capture ? ['ignore', 'pipe', 'pipe'] : 'inherit';
  const child = spawn(command, args, { cwd, env, shell, stdio });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));

  let interruptedBy;
  const forward = (signal) => {
    interruptedBy = signal;
    // a terminal sends Ctrl-C to the command as well
    if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
  };
  process.on('SIGINT', forward).on('SIGTERM', forward);
  try {
    const { code, signal } = await ended(child, command);
    if (interruptedBy !== undefined) {
      throw new UserProblem(`interrupted by ${interruptedBy}`, 128 + constants.signals[interruptedBy]);
    }
    return { code: code ?? 128 + constants.signals[signal], output };
  } finally {
    process.off('SIGINT', forward).off('SIGTERM', forward);
  }
}

/** Runs a JavaScript command of an installed package, without the shell wrappers that differ by platform. */
export async function runPackage(root, node, packageName, binName, args) {
  return runToEnd(node, [packageCommand(root, packageName, binName), ...args], { cwd: root });
}

/** The file behind a command of an installed package. */
export function packageCommand(root, packageName, binName = packageName) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[binName]);
}

function ended(child, command) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new UserProblem(`${command} cannot be started: ${error.code ?? error.message}`)),
    );
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}
