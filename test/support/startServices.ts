import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Log } from '../../shared/log.js';
import { createServices, type Services, type ServicesOptions } from '../../shared/services.js';
import type { CleanUp } from './temporaryDir.js';

/** Threads of this process that have not ended. */
export const liveThreads = new Set<Worker>();
/** Child processes of this process that have not ended. */
export const liveChildren = new Set<ChildProcess>();

process.on('worker', (worker) => {
  liveThreads.add(worker);
  worker.once('exit', () => liveThreads.delete(worker));
});

subscribe('child_process', (message) => {
  const child = (message as { process: ChildProcess }).process;
  liveChildren.add(child);
  child.once('exit', () => liveChildren.delete(child));
});

/** A log that keeps what is written to it. */
export class KeptLog implements Log {
  readonly lines: string[] = [];
  info(text: string): void {
    this.lines.push(text);
  }
  warn(text: string): void {
    this.lines.push(text);
  }
  error(text: string): void {
    this.lines.push(text);
  }
}

let open = 0;

/**
 * The real services over a models folder, started. At the end they are closed, and it is an error when a thread is not
 * idle then; the last ones that are closed wait for all threads and processes to end.
 */
export async function startServices(
  t: CleanUp,
  modelsDir: string,
  environment: Readonly<Record<string, string>> = {},
  options: ServicesOptions = {},
): Promise<Services> {
  const services = openServices(modelsDir, environment, options);
  open++;
  t.after(async () => {
    open--;
    assert.ok(await services.close(), 'a thread was busy when the services were closed');
    if (open === 0) await ended();
  });
  await services.start();
  return services;
}

/** The same without a start and without an end: the test sees to both. */
export function openServices(
  modelsDir: string,
  environment: Readonly<Record<string, string>> = {},
  options: ServicesOptions = {},
): Services {
  return createServices({
    environment: {
      WARMSTART_MODELS_DIR: modelsDir,
      WARMSTART_WORKERS: '1',
      WARMSTART_DRAIN_MS: '20000',
      ...environment,
    },
    log: new KeptLog(),
    ...options,
  });
}

/** Waits until no thread and no child process is left; both have been told to end. */
export async function ended(): Promise<void> {
  for (const thread of liveThreads) {
    thread.ref();
    await once(thread, 'exit');
  }
  for (const child of liveChildren) await once(child, 'exit');
}

/**
 * Ends threads that were left alone inside a run: they take the message when they come out of it, and are waited for. A
 * thread must not be terminated inside ONNX Runtime: that ends the process.
 */
export async function endLeftThreads(): Promise<void> {
  for (const thread of liveThreads) thread.postMessage({ type: 'close' });
  await ended();
}
