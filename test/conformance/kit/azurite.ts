import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from '../../support/project.js';

// The ports that the kit's connection string names.
const PORTS = { blob: 12_000, queue: 12_001, table: 12_002 } as const;
const START_TIMEOUT_MS = 20_000;

/** Starts an empty storage emulator on the ports of the kit; gives the function that stops it. */
export async function startAzurite(): Promise<() => Promise<void>> {
  for (const [name, port] of Object.entries(PORTS)) {
    if (await isOpen(port))
      throw new Error(`port ${port} (storage emulator, ${name}) is taken: free it first`);
  }
  const command = path.join(projectRoot, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js');
  const ports = Object.entries(PORTS).flatMap(([name, port]) => [`--${name}Port`, String(port)]);
  const flags = ['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry', '--silent'];
  const child = spawn(process.execPath, [command, ...ports, ...flags], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => child.kill());
  const ended = once(child, 'exit');
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  for (const port of Object.values(PORTS)) {
    while (!(await isOpen(port))) {
      if (child.exitCode !== null || performance.now() > deadlineMs) {
        child.kill();
        throw new Error('the storage emulator (Azurite) did not start; its output is above');
      }
      await delay(50);
    }
  }
  return async () => {
    child.kill();
    await ended;
  };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => {
      answer(true);
    });
    socket.once('error', () => {
      answer(false);
    });
  });
}
