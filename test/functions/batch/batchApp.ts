import type { BlobStore } from '../../../shared/storage/blobStore.js';
import { services } from '../../../shared/services.js';
import { KEYS } from '../../conformance/keys.js';
import { startAzurite } from '../../support/azurite.js';
import { modelsDirWith, type ModelSource } from '../../support/modelsDir.js';
import { startApp, type RunningApp } from '../../support/startApp.js';
import { liveChildren } from '../../support/startServices.js';
import type { CleanUp } from '../../support/temporaryDir.js';
import { JobClient } from './jobClient.js';

/** The app with storage of its own. */
export interface BatchApp extends RunningApp {
  readonly client: JobClient;
  /** The storage of the app, as the app sees it. */
  readonly store: BlobStore;
  readonly connectionString: string;
}

/** Models by `<name>/<version>` that the tests of jobs work with. */
export const jobModels: Readonly<Record<string, ModelSource>> = {
  'cars/1.0.0': { shipped: 'transmission/1.0.0' },
  'penguins/1.0.0': { shipped: 'penguins/1.0.0' },
  'penguins/2.0.0': { shipped: 'penguins/2.0.0' },
  'ids/1.0.0': { fixture: 'int64-identity' },
  'types/1.0.0': { fixture: 'types-identity' },
  'add/1.0.0': { fixture: 'add' },
  'pick/1.0.0': { fixture: 'fails-at-run' },
};

interface BatchAppOptions {
  readonly models?: Readonly<Record<string, ModelSource>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Registers the blob trigger and the timer too, which hosts do where storage is set for the process. */
  readonly triggers?: boolean;
}

/** Serves the compiled function files on the local host, with a storage emulator that ends with the file. */
export async function startBatchApp(
  t: CleanUp,
  { models = jobModels, environment = {}, triggers = false }: BatchAppOptions = {},
): Promise<BatchApp> {
  const { connectionString, pid } = await startAzurite(t);
  // storage outlives the app, which waits for the processes that are its own
  for (const child of liveChildren) if (child.pid === pid) liveChildren.delete(child);
  const settings = { WARMSTART_STORAGE: connectionString, ...environment };
  if (triggers) Object.assign(process.env, settings);
  const app = await startApp(
    t,
    modelsDirWith(t, models),
    settings,
    { access: 'off' },
    triggers ? { settings, keys: KEYS } : {},
  );
  const { store } = services().batch();
  return { ...app, client: new JobClient(app.url), store, connectionString };
}
