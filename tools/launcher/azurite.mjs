import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { packageCommand } from './exec.mjs';
import { UserProblem } from './messages.mjs';

const services = [
  { name: 'blob', port: 10000 },
  { name: 'queue', port: 10001 },
  { name: 'table', port: 10002 },
];
const startTimeoutMs = 20_000;

/**
 * Gives `{ started, stop }` of the storage emulator on its usual ports. One that runs already is used and left
 * alone; otherwise one is started with its data in `dataDir`.
 */
export async function ensureAzurite(root, node, dataDir) {
  const found = await Promise.all(services.map(({ port }) => probe(port)));
  if (found.every((state) => state === 'azurite')) return { started: false, stop: async () => undefined };
  const taken = services.find((_, index) => found[index] !== 'free');
  if (taken !== undefined) {
    throw new UserProblem(
      `port ${taken.port} (storage emulator, ${taken.name}) is taken, and not by a complete Azurite on 10000 to 10002: free it, then start again`,
    );
  }
  return startAzurite(root, node, dataDir);
}

async function startAzurite(root, node, dataDir) {
  mkdirSync(dataDir, { recursive: true });
  const ports = services.flatMap(({ name, port }) => [`--${name}Port`, String(port)]);
  const flags = ['--skipApiVersionCheck', '--disableTelemetry', '--silent', '--location', dataDir];
  const child = spawn(node, [packageCommand(root, 'azurite'), ...ports, ...flags], {
    // a group of its own: Ctrl-C in the terminal would otherwise end it before the app that writes to it
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let running = true;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  }).then(() => (running = false));

  const stop = async () => {
    child.kill('SIGTERM'); // never harder: it writes its tables when it ends
    await ended;
  };
  const deadline = performance.now() + startTimeoutMs;
  while (!(await everyPortAnswers())) {
    if (running && performance.now() < deadline) await delay(50);
    else {
      if (running) await stop();
      throw new UserProblem('the storage emulator (Azurite) did not start; its output is above');
    }
  }
  return { started: true, stop };
}

async function everyPortAnswers() {
  const found = await Promise.all(services.map(({ port }) => probe(port)));
  return found.every((state) => state === 'azurite');
}

/** Every answer of Azurite, also a refusal, names it in the header `server`. */
async function probe(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.headers.get('server')?.startsWith('Azurite') ? 'azurite' : 'other';
  } catch (error) {
    return error.cause?.code === 'ECONNREFUSED' ? 'free' : 'other';
  }
}
