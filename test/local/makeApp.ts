import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { startHost, type HostOptions, type RunningHost } from '../../local/host.js';
import type { HostLog } from '../../local/log.js';

export interface TestApp {
  /** Files of the app by name; a `.js` file finds `app` and `require` ready. */
  readonly files: Readonly<Record<string, string>>;
  readonly main?: string;
  readonly type?: 'module' | 'commonjs';
  readonly hostJson?: object;
  readonly settings?: HostOptions['settings'];
  readonly allowedHosts?: readonly string[];
  readonly clock?: HostOptions['clock'];
  readonly keys?: HostOptions['keys'];
}

export interface StartedApp {
  readonly host: RunningHost;
  readonly port: number;
  /** `level: message` of every entry. */
  readonly entries: readonly string[];
}

const LIBRARY = JSON.stringify(require.resolve('@azure/functions'));

/** Writes a function app to a temporary folder, which goes with the test. */
export function makeApp(t: TestContext, app: TestApp): string {
  const dir = mkdtempSync(join(tmpdir(), 'functions-app-'));
  t.after(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  const http = { extensions: { http: { routePrefix: '' } } };
  const files = {
    'package.json': JSON.stringify({ main: app.main ?? 'functions/*.js', type: app.type ?? 'commonjs' }),
    'host.json': JSON.stringify({ version: '2.0', ...http, ...app.hostJson }),
    ...app.files,
  };
  for (const [name, content] of Object.entries(files)) {
    const file = join(dir, name);
    mkdirSync(dirname(file), { recursive: true });
    const head =
      app.type === 'module' ? `import { app } from ${LIBRARY};` : `const { app } = require(${LIBRARY});`;
    writeFileSync(file, /\.[cm]?js$/.test(name) ? `${head}\n${content}` : content);
  }
  return dir;
}

/** Starts a host on a temporary app; it is stopped after the test. */
export async function startApp(t: TestContext, app: TestApp): Promise<StartedApp> {
  const entries: string[] = [];
  const log: HostLog = {
    log: (level, _category, message) => {
      entries.push(`${level}: ${message}`);
    },
  };
  const appDir = makeApp(t, app);
  const host = await startHost({
    appDir,
    hostname: '127.0.0.1',
    port: 0,
    settings: app.settings ?? {},
    log,
    ...(app.allowedHosts === undefined ? {} : { allowedHosts: app.allowedHosts }),
    ...(app.clock === undefined ? {} : { clock: app.clock }),
    ...(app.keys === undefined ? {} : { keys: app.keys }),
  });
  t.after(() => host.stop(0));
  return { host, port: host.port, entries };
}

/** A function file with GET functions that answer with their own name, by route. */
export function echoNames(routes: Readonly<Record<string, string>>): string {
  return Object.entries(routes)
    .map(([name, route]) => {
      const options = `{ methods: ['GET'], route: ${JSON.stringify(route)}, handler: () => ({ body: '${name}' }) }`;
      return `app.http('${name}', ${options});`;
    })
    .join('\n');
}
