import path from 'node:path';
import { openBlobStore } from '../../shared/storage/azureBlobStore.js';
import { systemClock } from '../../shared/clock.js';
import { startAzurite } from '../support/azurite.js';
import { fixturesDir } from '../support/modelsDir.js';
import { writeApp } from '../support/startApp.js';
import { KeptLog } from '../support/startServices.js';
import { temporaryDir, type CleanUp } from '../support/temporaryDir.js';
import { startAppProcess, type AppProcess } from './appProcess.js';
import { crashChunkBytes } from './crashJobs.js';
import type { CrashBed } from './crashes.js';

export interface StartedBed extends CrashBed {
  readonly dataDir: string;
  readonly host: { app: AppProcess };
}

/** A storage server that is never killed, and a host in front of it. Both end with the test. */
export async function startCrashBed(
  t: CleanUp,
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedBed> {
  const { connectionString } = await startAzurite(t);
  return startHostOn(t, connectionString, path.join(temporaryDir(t), 'data'), environment);
}

/** A host on this storage. */
export async function startHostOn(
  t: CleanUp,
  storage: string,
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedBed> {
  const options = {
    appDir: writeApp(t),
    dataDir,
    storage,
    modelsDir: fixturesDir(t, 'medium', 'int64-identity'),
    environment: {
      WARMSTART_CHUNK_BYTES: String(crashChunkBytes),
      WARMSTART_LANE_BUDGET_MS: '500',
      ...environment,
    },
  };
  const start = (): Promise<AppProcess> => startAppProcess(options);
  const host = { app: await start() };
  t.after(() => host.app.kill());
  const log = new KeptLog();
  const store = openBlobStore({ connection: storage, clock: systemClock, random: Math.random, log });
  return { start, store, dataDir, host };
}
