import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { HostOptions } from '../../local/host.js';

/** The options that can be handed to another process. */
export type ProcessOptions = Pick<HostOptions, 'appDir' | 'dataDir' | 'settings' | 'port'>;

export interface HostProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly startedMs: number;
  readonly readyMs: number;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
}

/** Runs the local host in a process of its own, so that it can be killed. */
export async function startHostProcess(options: ProcessOptions): Promise<HostProcess> {
  const startedMs = performance.now();
  const child = fork(path.join(__dirname, 'hostEntry.js'), [JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => {
      resolve((message as { port: number }).port);
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
