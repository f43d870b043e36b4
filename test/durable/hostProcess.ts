import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { HostOptions } from '../../local/host.js';
import { builtRoot } from '../support/project.js';

/** Only what is wrong reaches the terminal: a host that is killed has much to tell. */
const SETTINGS = { AzureFunctionsJobHost__logging__logLevel__default: 'Error' };

export interface HostProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly startedMs: number;
  readonly readyMs: number;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
}

/** Runs the local host in a process of its own, so that it can be killed. */
export async function startHostProcess(
  options: Pick<HostOptions, 'appDir' | 'dataDir'>,
): Promise<HostProcess> {
  const startedMs = performance.now();
  const all = { ...options, settings: SETTINGS, hostname: '127.0.0.1', port: 0 };
  const child = fork(path.join(builtRoot, 'test', 'support', 'hostEntry.js'), [JSON.stringify(all)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => {
      const word = message as { type: string; port: number };
      if (word.type === 'ready') resolve(word.port);
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`the host ended before it was ready: ${String(code ?? signal)}`));
    });
  });
  const readyMs = performance.now();
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { child, port, startedMs, readyMs, kill };
}
