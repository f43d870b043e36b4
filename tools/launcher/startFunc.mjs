import { copyFileSync, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ensureAzurite } from './azurite.mjs';
import { runToEnd } from './exec.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { projectRoot } from './project.mjs';
import { say, UserProblem } from './messages.mjs';

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
  const interruption = holdSignals();
  let azurite;
  try {
    azurite = await ensureAzurite(projectRoot, node, join(projectRoot, '.warmstart', 'azurite'));
    say(azurite.started ? 'storage emulator started' : 'using the storage emulator that runs already');
    return interruption.happened() ? 130 : await runFunc(func, node, args);
  } finally {
    await azurite?.stop();
    interruption.release();
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

/** Keeps the launcher alive through signals: whoever started the storage emulator has to end it. */
function holdSignals() {
  let count = 0;
  const note = () => (count += 1);
  process.on('SIGINT', note).on('SIGTERM', note);
  return { happened: () => count > 0, release: () => process.off('SIGINT', note).off('SIGTERM', note) };
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
