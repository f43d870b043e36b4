import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startHost, type HostOptions, type RunningHost } from '../../local/host.js';
import type { HostLog } from '../../local/log.js';
import { configureServices, services, type ServicesOptions } from '../../shared/services.js';
import { builtRoot, projectRoot } from './project.js';
import { endLeftThreads, KeptLog } from './startServices.js';
import type { CleanUp } from './temporaryDir.js';

export interface RunningApp {
  readonly url: string;
  readonly host: RunningHost;
  /** What the functions and the host wrote. */
  readonly log: KeptLog;
}

/**
 * Serves the compiled function files on the local host, at any free port. The host and the services belong to the
 * process: one app per test file.
 */
export async function startApp(
  t: CleanUp,
  modelsDir: string,
  environment: Readonly<Record<string, string>> = {},
  options: ServicesOptions = { access: 'off' },
  hostOptions: Pick<HostOptions, 'settings' | 'keys'> = {},
): Promise<RunningApp> {
  const log = new KeptLog();
  configureServices({
    environment: { WARMSTART_MODELS_DIR: modelsDir, WARMSTART_WORKERS: '2', ...environment },
    log,
    ...options,
  });
  const hostLog: HostLog = {
    log: (level, category, message) => {
      log.lines.push(`${level} ${category} ${message}`);
    },
  };
  const appDir = writeApp(t);
  const place = { appDir, hostname: '127.0.0.1', port: 0 };
  const host = await startHost({ ...place, settings: {}, log: hostLog, ...hostOptions });
  t.after(async () => {
    // its appTerminate hook closes the services
    await host.stop(20_000);
    await endLeftThreads();
  });
  await services().start();
  return { url: host.url, host, log };
}

/** An app folder whose `main` is the functions of the built tree that this test belongs to. */
export function writeApp(t: CleanUp): string {
  const parent = path.join(projectRoot, '.warmstart');
  mkdirSync(parent, { recursive: true });
  const appDir = mkdtempSync(path.join(parent, 'test-app-'));
  t.after(() => {
    rmSync(appDir, { recursive: true, force: true, maxRetries: 3 });
  });
  const functions = path.relative(appDir, path.join(builtRoot, 'functions')).replaceAll('\\', '/');
  writeFileSync(path.join(appDir, 'package.json'), JSON.stringify({ main: `${functions}/*.js` }));
  copyFileSync(path.join(projectRoot, 'host.json'), path.join(appDir, 'host.json'));
  return appDir;
}
