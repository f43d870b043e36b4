import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { readAppVersion } from './appVersion.js';
import type { AccessMode } from './auth/access.js';
import { createAuth, type Auth } from './auth/auth.js';
import { ownerPrincipal } from './auth/ownerPrincipal.js';
import { ArchiveTurns } from './batch/artifacts/archiveTurns.js';
import type { BatchContext } from './batch/batchContext.js';
import { systemClock, type Clock } from './clock.js';
import { ScoringError } from './errors/scoringError.js';
import { limiter } from './limiter.js';
import { consoleLog, type Log } from './log.js';
import { Catalog, type StoredModels } from './models/catalog.js';
import { Inspector } from './models/inspector.js';
import { CheckedModels } from './models/checkedModels.js';
import type { ModelPlan } from './models/modelPlan.js';
import { ModelCache } from './models/published/modelCache.js';
import { PublishedModels } from './models/published/publishedModels.js';
import { ServiceRecords } from './models/serviceRecords.js';
import type { PublishContext } from './publish/publishContext.js';
import { PublishQueue } from './publish/publishQueue.js';
import { checkModel } from './runtime/checkModel.js';
import { FolderChecks } from './runtime/folderChecks.js';
import { ortVersion } from './runtime/ortVersion.js';
import { Pool } from './runtime/pool.js';
import { modelKey, Scorer } from './runtime/scorer.js';
import { ScoreStats } from './runtime/scoreStats.js';
import { Permits } from './permits.js';
import { instanceIdOf, Presence } from './presence.js';
import { readSettings, type Settings } from './settings.js';
import { openBlobStore } from './storage/azureBlobStore.js';
import type { BlobStore } from './storage/blobStore.js';

/** What the host that runs the app decides; unset on Azure Functions. */
export interface ServicesOptions {
  /** Only the local host passes 'off', after it has bound to loopback. */
  readonly access?: AccessMode;
  /** Folder for what should outlive the process. */
  readonly stateDir?: string;
  /** Look for changed model folders while running. */
  readonly watchModels?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** The module-scope state of an instance: everything that stays warm between calls. */
export interface Services {
  readonly version: string;
  readonly settings: Settings;
  readonly access: AccessMode;
  /** Who may call: logins, users, keys. */
  readonly auth: Auth;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly catalog: Catalog;
  readonly scorer: Scorer;
  readonly stats: ScoreStats;
  /** This instance and the others. */
  readonly presence: Presence;
  /** The data account. Throws SCORE_ERR_STORAGE_MISSING where no storage is configured. */
  store(): BlobStore;
  /** What jobs work with. Throws SCORE_ERR_STORAGE_MISSING where no storage is configured. */
  batch(): BatchContext;
  /** What publishing works with. Throws SCORE_ERR_STORAGE_MISSING where no storage is configured. */
  publishing(): PublishContext;
  /** Whether the models are known and calls are taken. */
  isReady(): boolean;
  /** Looks for the models. Not awaited by the host: calls that come earlier wait for it. */
  start(): Promise<void>;
  /** Takes no new calls, answers those under way, ends the threads. Gives whether all threads were idle. */
  close(): Promise<boolean>;
}

const modelPollMs = 500;

/** A call that waited for its thread as long as it may has its session opened within this time. */
const modelLoadGraceMs = 60_000;

/** Whoever publishes has an answer within the time of a check, the way of the files included. */
const publishCheckShare = 0.95;

/** Builds a set of services. Throws SCORE_ERR_SETTING. */
export function createServices(options: ServicesOptions = {}): Services {
  const appDir = path.resolve(__dirname, '..', '..');
  const settings = readSettings(options.environment ?? process.env, appDir);
  const access = options.access ?? 'required';
  const clock = options.clock ?? systemClock;
  const log = options.log ?? consoleLog;
  const { workers, queueLimit, queueTimeoutMs } = settings;
  const pool = new Pool({ workers, queueLimit, queueTimeoutMs, clock, log });
  const ownFile = options.stateDir ? path.join(options.stateDir, 'checked-models.json') : undefined;
  const builtFile = path.join(appDir, 'dist', 'checked-models.json');
  const checked = CheckedModels.open(ortVersion(), builtFile, ownFile);
  const stats = new ScoreStats();
  const checkLimits = { timeoutMs: settings.checkTimeoutMs, memoryMiB: settings.checkMemoryMiB };
  const folderChecks = new FolderChecks({
    ...checkLimits,
    timeoutMs: settings.checkTimeoutMs * publishCheckShare,
  });
  const aFewAtOnce = limiter(2);
  const closing = new AbortController();
  const inspector = new Inspector(clock);
  const check = async (plan: ModelPlan): Promise<void> => {
    const passes = await checked;
    if (passes.has(plan.sha256)) return;
    await aFewAtOnce(() => checkModel(plan, checkLimits, clock, closing.signal));
    await passes.add(plan.sha256);
  };
  const onFault = (text: string): void => {
    log.error(text);
  };
  const cache = new ModelCache({
    ...(options.stateDir === undefined ? {} : { dir: path.join(options.stateDir, 'models-cache') }),
    ...{ clock, graceMs: queueTimeoutMs + modelLoadGraceMs },
  });
  const stored = (onDropped: (plan: ModelPlan) => void): StoredModels => ({
    published: new PublishedModels({
      ...{ store: () => store(), cache, clock, ortVersion: ortVersion(), check, onDropped, onFault },
    }),
    records: new ServiceRecords(() => store(), clock),
  });
  const catalog = new Catalog({
    inspect: (folder) => inspector.inspect(folder),
    modelsDir: settings.modelsDir,
    waitMs: queueTimeoutMs,
    clock,
    ...(options.watchModels ? { pollMs: modelPollMs } : {}),
    ...(settings.storage === undefined ? {} : { stored }),
    ...{ check, onFault },
    onRetired: (plan) => {
      pool.unload(plan.key);
      stats.forget(modelKey(plan.name, plan.version));
    },
  });
  const scorer = new Scorer(catalog, pool, stats, clock);
  let openedStore: BlobStore | undefined;
  const store = (): BlobStore => {
    if (settings.storage === undefined) throw storageMissing();
    openedStore ??= openBlobStore({ connection: settings.storage, clock, log, random: Math.random });
    return openedStore;
  };
  let batch: BatchContext | undefined;
  let publishing: PublishContext | undefined;
  const version = readAppVersion(appDir);
  const presence = new Presence({
    id: instanceIdOf((options.environment ?? process.env).WEBSITE_INSTANCE_ID, randomUUID),
    version,
    store: settings.storage === undefined ? undefined : store,
    pool: () => pool.figures,
    ...{ clock, log },
  });
  const auth = createAuth({ mode: access, settings, store, clock, log });
  return {
    version,
    presence,
    settings,
    access,
    auth,
    clock,
    log,
    newId: randomUUID,
    catalog,
    stats,
    scorer,
    store,
    batch() {
      batch ??= {
        store: store(),
        ...{ catalog, scorer, settings, clock, log, newId: randomUUID },
        ownerNow: (name) => ownerPrincipal({ mode: access, ...auth }, name),
        // one on each thread, and two that are read meanwhile
        chunksInMemory: new Permits(settings.workers + 2),
        archiveTurns: new ArchiveTurns({ clock, callsWait: () => pool.figures.waiting > 0 }),
      };
      return batch;
    },
    publishing() {
      const { published } = catalog;
      if (!published) throw storageMissing();
      publishing ??= {
        ...{ store, catalog, published, cache, settings, clock, log, newId: randomUUID },
        ...{ ortVersion: ortVersion(), queue: new PublishQueue() },
        check: (folder) => folderChecks.check(folder),
      };
      return publishing;
    },
    isReady: () => catalog.isListed && pool.isUsable && !closing.signal.aborted,
    start: () => catalog.start(),
    close() {
      closing.abort();
      catalog.close();
      inspector.close();
      folderChecks.close();
      // calls that are answered yet may open a session
      return pool.drain(settings.drainMs).finally(() => cache.close());
    },
  };
}

const storageMissing = () =>
  new ScoringError(
    'SCORE_ERR_STORAGE_MISSING',
    'jobs and published models need storage: WARMSTART_STORAGE is not set',
  );

let options: ServicesOptions = {};
let instance: Services | undefined;

/** Says how the services of this process are to be built; before the first use. */
export function configureServices(given: ServicesOptions): void {
  if (instance) throw new Error('configureServices was called after the services were built');
  options = given;
}

/** The services of this process, built on first use. */
export function services(): Services {
  instance ??= createServices(options);
  return instance;
}
