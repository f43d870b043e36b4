import { copyFileSync, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { lockDataFolder } from './dataFolder.mjs';
import { runToEnd } from './exec.mjs';
import { holdSignals } from './holdSignals.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';
import { say, UserProblem } from './messages.mjs';
import { openUsualStorage } from './storage.mjs';

const installLink =
  'https://learn.microsoft.com/azure/azure-functions/functions-run-local#install-the-azure-functions-core-tools';

/** `npm run start:func`: the same app on the real host, for those who have Azure Functions Core Tools. */
export async function startFunc(args) {
  const func = findCommand('func');
  if (func === undefined)
    throw new UserProblem(`func is not on PATH; Azure Functions Core Tools: ${installLink}`);
  await prepare(projectRoot);
  copySettings();
  const node = nodeBinary(projectRoot);
  const dataDir = join(projectRoot, '.warmstart');
  const lock = await lockDataFolder(dataDir, '.warmstart');
  const signals = holdSignals();
  let storage;
  try {
    storage = await openUsualStorage({ root: projectRoot, node, dataDir });
    return signals.happened() ? 130 : await runFunc(func, node, args);
  } finally {
    await storage?.stop();
    signals.release();
    lock.release();
  }
}

async function runFunc(func, node, args) {
  // func runs the functions with the first node on PATH
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  const shell = process.platform === 'win32';
  const { code } = await runToEnd(shell ? `"${func}"` : func, ['start', ...args], {
    cwd: projectRoot,
    env,
    shell,
  });
  return code;
}

function copySettings() {
  const settings = join(projectRoot, 'local.settings.json');
  if (existsSync(settings)) return;
  copyFileSync(join(projectRoot, 'local.settings.sample.json'), settings);
  say('made local.settings.json from local.settings.sample.json');
}

function findCommand(name, env = process.env) {
  const endings = process.platform === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`)))
    .find((file) => existsSync(file));
}
