import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { builtRoot } from '../support/project.js';

export interface AppOptions {
  readonly appDir: string;
  readonly dataDir: string;
  /** Connection string of the storage, which outlives the process. */
  readonly storage: string;
  readonly modelsDir: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The app on the local host, in a process of its own. */
export interface AppProcess {
  readonly url: string;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
}

/** Starts what `npm start` serves, without its launcher, and waits until it listens. */
export async function startAppProcess(options: AppOptions): Promise<AppProcess> {
  const { appDir, dataDir, storage, modelsDir, environment = {} } = options;
  const given = { appDir, dataDir, port: 0, restarted: true };
  const child = fork(path.join(builtRoot, 'local', 'main.js'), [JSON.stringify(given)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      // only what is wrong reaches the terminal: a host that is killed has much to tell
      AzureFunctionsJobHost__logging__logLevel__default: 'Error',
      AzureWebJobsStorage: storage,
      WARMSTART_MODELS_DIR: modelsDir,
      WARMSTART_WORKERS: '2',
      ...environment,
    },
  });
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (message: { type: string; port: number }) => {
      if (message.type === 'ready') resolve(message.port);
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`the host ended before it was ready: ${String(code ?? signal)}`));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      end();
      await exit;
    },
  };
}
