import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../test/support/project.js';
import { writeApp } from '../../test/support/startApp.js';
import type { BenchStorage } from '../batch/benchStorage.js';
import { startHost } from '../servers.js';

/** The app on the local host, with the models that ship with it. */
export interface PublishHost {
  readonly url: string;
  /** Of the process that serves. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the functions of this build on a storage, with a data folder of its own. */
export async function startPublishHost({ connectionString }: BenchStorage): Promise<PublishHost> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-publish-'));
  const steps: (() => void | Promise<void>)[] = [];
  const appDir = writeApp({ after: (step) => steps.push(step) });
  const environment = {
    AzureWebJobsStorage: connectionString,
    WARMSTART_STORAGE: connectionString,
    WARMSTART_MODELS_DIR: path.join(projectRoot, 'models'),
    AzureFunctionsJobHost__logging__logLevel__default: 'Error',
  };
  const server = await startHost({ appDir, dataDir }, environment);
  return {
    url: `http://127.0.0.1:${server.port}`,
    pid: server.pid,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
      for (const step of steps) await step();
    },
  };
}
