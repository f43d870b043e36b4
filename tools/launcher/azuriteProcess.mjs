import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { storageServices } from './azuriteProbe.mjs';
import { packageCommand } from './exec.mjs';
import { explainFolderFault } from './folderFault.mjs';
import { readLock } from './lockFile.mjs';
import { findHolder } from './lockHolder.mjs';
import { identify, isAlive } from './processIdentity.mjs';

const entry = fileURLToPath(new URL('../azurite.mjs', import.meta.url));
const lookMs = 250;
/** What Azurite needs to start with; a disk with less is full. */
const roomBytes = 65_536;

const lockPath = (dataDir) => join(dataDir, 'azurite.json');
const logPath = (dataDir) => join(dataDir, 'azurite.log');

/** The Azurite that was last started on a data folder: its ports, and the process if it still runs. */
export async function findAzurite(dataDir) {
  const found = readLock(lockPath(dataDir));
  if (found === undefined) return { ports: undefined, process: undefined };
  const ports = validPorts(found.record?.ports);
  const holder = await findHolder(found);
  return { ports, process: holder === undefined ? undefined : watchForeign(found.record.launcher) };
}

/**
 * Starts Azurite with its data in `<dataDir>/azurite`, so that it outlives this process and its terminal. Throws a
 * UserProblem where the folder cannot be used.
 */
export function spawnAzurite({ root, node, dataDir, ports }) {
  const folder = join(dataDir, 'azurite');
  let log;
  try {
    mkdirSync(folder, { recursive: true });
    tryToWrite(join(folder, 'room'));
    log = openSync(logPath(dataDir), 'w');
  } catch (error) {
    throw explainFolderFault(error, folder);
  }
  const options = {
    script: packageCommand(root, 'azurite'),
    args: [
      ...Object.entries(ports).flatMap(([service, port]) => [`--${service}Port`, String(port)]),
      ...['--skipApiVersionCheck', '--disableTelemetry', '--silent', '--location', folder],
    ],
    lockFile: lockPath(dataDir),
    details: { ports },
  };
  const child = spawn(node, [entry, JSON.stringify(options)], {
    cwd: root,
    detached: true,
    env: environment(root),
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  closeSync(log);
  child.unref();
  const ended = new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return handle(identify(child.pid), ended);
}

/** The last line that Azurite wrote, besides those that say that all is well; undefined when there is none. */
export function lastWords(dataDir) {
  if (!existsSync(logPath(dataDir))) return undefined;
  const lines = readFileSync(logPath(dataDir), 'utf8').trim().split('\n');
  return lines.filter((line) => line !== '' && !/^Azurite \w+ service is /.test(line)).at(-1);
}

function validPorts(ports) {
  const areValid = storageServices.every((service) => {
    const port = ports?.[service];
    return Number.isInteger(port) && port > 0 && port < 65_536;
  });
  return areValid ? ports : undefined;
}

function tryToWrite(file) {
  const draft = openSync(file, 'w');
  try {
    writeFileSync(draft, Buffer.alloc(roomBytes));
  } finally {
    closeSync(draft);
    rmSync(file);
  }
}

function environment(root) {
  // accounts and database are those of the data folder, whatever the shell sets for another Azurite
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AZURITE_'));
  // compiling its scripts is a third of its start, next to which the serving process starts
  const cache = join(root, 'node_modules', '.cache', 'azurite');
  return { NODE_COMPILE_CACHE: cache, ...Object.fromEntries(own) };
}

/** A process that another launcher started tells its end to nobody: it is looked at. */
function watchForeign(identity) {
  const gone = async () => {
    while (isAlive(identity)) await delay(lookMs, undefined, { ref: false });
    return 'gone';
  };
  return handle(identity, gone());
}

/** `ended` gives how it ended; `terminate` asks it to end, never harder: it would lose what it has confirmed. */
function handle(identity, ended) {
  let over = false;
  void ended.then(() => (over = true));
  return {
    pid: identity.pid,
    ended,
    isOver: () => over,
    terminate() {
      if (over || !isAlive(identity)) return;
      try {
        process.kill(identity.pid, 'SIGTERM');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error; // it has just ended
      }
    },
  };
}
