import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtRoot, projectRoot } from '../../test/support/project.js';
import { startHost } from '../servers.js';
import type { BenchStorage } from './benchStorage.js';

/** Models of the measurements: `linear` and `trees`, both 1.0.0. */
export const benchModelsDir = path.join(projectRoot, 'bench', 'models');

/** The app on the local host, with a data folder of its own. */
export interface BatchHost {
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  stop(): Promise<void>;
}

/** Starts the functions of this build with the models of the measurements; its process is young, its stores empty. */
export async function startBatchHost(
  { connectionString }: BenchStorage,
  nodeFlags: readonly string[] = [],
): Promise<BatchHost> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-batch-'));
  const environment = {
    AzureWebJobsStorage: connectionString,
    WARMSTART_STORAGE: connectionString,
    WARMSTART_MODELS_DIR: benchModelsDir,
    AzureFunctionsJobHost__logging__logLevel__default: 'Error',
  };
  const server = await startHost({ appDir: await writeApp(), dataDir }, environment, nodeFlags);
  await modelsReady(server.port);
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  return { port: server.port, pid: server.pid, dataDir, stop };
}

/** An app folder whose functions are those of the built tree that this script belongs to. */
async function writeApp(): Promise<string> {
  const appDir = path.join(projectRoot, '.warmstart', 'bench', 'batch-app');
  await mkdir(appDir, { recursive: true });
  const functions = path.relative(appDir, path.join(builtRoot, 'functions')).split(path.sep).join('/');
  await writeFile(path.join(appDir, 'package.json'), JSON.stringify({ main: `${functions}/*.js` }));
  await copyFile(path.join(projectRoot, 'host.json'), path.join(appDir, 'host.json'));
  return appDir;
}

/** New models are tried in a process of their own first, which is no part of any measurement. */
async function modelsReady(port: number): Promise<void> {
  for (const model of ['linear', 'trees']) {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/v2/models/${model}/versions/1.0.0/ready`);
      await answer.arrayBuffer();
      if (answer.ok) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
