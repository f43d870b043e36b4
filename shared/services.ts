import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { readAppVersion } from './appVersion.js';
import type { AccessMode } from './auth/access.js';
import type { BatchContext } from './batch/batchContext.js';
import { systemClock, type Clock } from './clock.js';
import { ScoringError } from './errors/scoringError.js';
import { limiter } from './limiter.js';
import { consoleLog, type Log } from './log.js';
import { Catalog } from './models/catalog.js';
import { Inspector } from './models/inspector.js';
import { CheckedModels } from './models/checkedModels.js';
import { checkModel } from './runtime/checkModel.js';
import { ortVersion } from './runtime/ortVersion.js';
import { Pool } from './runtime/pool.js';
import { modelKey, Scorer } from './runtime/scorer.js';
import { ScoreStats } from './runtime/scoreStats.js';
import { Permits } from './permits.js';
import { readSettings, type Settings } from './settings.js';
import { openBlobStore } from './storage/azureBlobStore.js';

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
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly catalog: Catalog;
  readonly scorer: Scorer;
  readonly stats: ScoreStats;
  /** What jobs work with. Throws SCORE_ERR_STORAGE_MISSING where no storage is configured. */
  batch(): BatchContext;
  /** Whether the models are known and calls are taken. */
  isReady(): boolean;
  /** Looks for the models. Not awaited by the host: calls that come earlier wait for it. */
  start(): Promise<void>;
  /** Takes no new calls, answers those under way, ends the threads. Gives whether all threads were idle. */
  close(): Promise<boolean>;
}

const modelPollMs = 500;

/** Builds a set of services. Throws SCORE_ERR_SETTING. */
export function createServices(options: ServicesOptions = {}): Services {
  const appDir = path.resolve(__dirname, '..', '..');
  const settings = readSettings(options.environment ?? process.env, appDir);
  const clock = options.clock ?? systemClock;
  const log = options.log ?? consoleLog;
  const { workers, queueLimit, queueTimeoutMs } = settings;
  const pool = new Pool({ workers, queueLimit, queueTimeoutMs, clock, log });
  const ownFile = options.stateDir ? path.join(options.stateDir, 'checked-models.json') : undefined;
  const builtFile = path.join(appDir, 'dist', 'checked-models.json');
  const checked = CheckedModels.open(ortVersion(), builtFile, ownFile);
  const stats = new ScoreStats();
  const checkLimits = { timeoutMs: settings.checkTimeoutMs, memoryMiB: settings.checkMemoryMiB };
  const aFewAtOnce = limiter(2);
  const closing = new AbortController();
  const inspector = new Inspector(clock);
  const catalog = new Catalog({
    inspect: (folder) => inspector.inspect(folder),
    modelsDir: settings.modelsDir,
    waitMs: queueTimeoutMs,
    clock,
    ...(options.watchModels ? { pollMs: modelPollMs } : {}),
    onFault: (text) => {
      log.error(text);
    },
    onRetired: (plan) => {
      pool.unload(plan.key);
      stats.forget(modelKey(plan.name, plan.version));
    },
    async check(plan) {
      const passes = await checked;
      if (passes.has(plan.sha256)) return;
      await aFewAtOnce(() => checkModel(plan, checkLimits, clock, closing.signal));
      await passes.add(plan.sha256);
    },
  });
  const scorer = new Scorer(catalog, pool, stats, clock);
  let batch: BatchContext | undefined;
  return {
    version: readAppVersion(appDir),
    settings,
    access: options.access ?? 'required',
    clock,
    log,
    newId: randomUUID,
    catalog,
    stats,
    scorer,
    batch() {
      if (settings.storage === undefined) {
        throw new ScoringError(
          'SCORE_ERR_STORAGE_MISSING',
          'jobs need storage: WARMSTART_STORAGE is not set',
        );
      }
      const connection = settings.storage;
      batch ??= {
        store: openBlobStore({ connection, clock, log, random: Math.random }),
        ...{ catalog, scorer, settings, clock, log, newId: randomUUID },
        // one on each thread, and two that are read meanwhile
        chunksInMemory: new Permits(settings.workers + 2),
      };
      return batch;
    },
    isReady: () => catalog.isListed && pool.isUsable && !closing.signal.aborted,
    start: () => catalog.start(),
    close() {
      closing.abort();
      catalog.close();
      inspector.close();
      return pool.drain(settings.drainMs);
    },
  };
}

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
