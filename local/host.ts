import { resolve } from 'node:path';
import { systemClock, type Clock } from '../shared/clock.js';
import type { AppSettings } from './appSettings.js';
import { attachApp, detachApp } from './core/coreModule.js';
import { FunctionApp } from './core/functionApp.js';
import { loadApp } from './core/loadApp.js';
import { readHostSettings } from './hostSettings.js';
import { HostPaths } from './http/hostPaths.js';
import { toHttpFunction } from './http/httpFunction.js';
import { RequestHandler } from './http/requestHandler.js';
import { listen } from './http/server.js';
import { openKeys, type HostKeys } from './keys.js';
import { LevelledLog, StderrLog, type HostLog } from './log.js';
import { byFunctionName, fullTemplate, RouteTable, type Routed } from './routes/routeTable.js';
import { sortFunctions } from './sortFunctions.js';
import { startTriggers } from './startTriggers.js';
import { stop } from './stop.js';
import type { UnavailableFunction } from './triggers.js';

export interface HostOptions {
  /** Folder of package.json and host.json. */
  readonly appDir: string;
  readonly hostname: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where keys and the state of triggers are kept; in memory unless given. */
  readonly dataDir?: string;
  /** Go before those of `dataDir`. */
  readonly keys?: HostKeys;
  /** App settings; process.env unless given. */
  readonly settings?: AppSettings;
  readonly log?: HostLog;
  readonly clock?: Clock;
  /** Throws for an IP address that may not be served: nothing runs by then, and the port is closed again. */
  readonly checkAddress?: (address: string) => void;
  /** Host names, without port and in lower case, that requests may carry; any unless given. */
  readonly allowedHosts?: readonly string[];
}

export interface RunningHost {
  readonly url: string;
  readonly port: number;
  /** Served under `route`, which begins with a slash. */
  readonly functions: readonly (Routed & { readonly route: string })[];
  readonly unavailable: readonly UnavailableFunction[];
  /** Ends within `graceMs` and a second: no new requests, appTerminate hooks, then the answers in flight. */
  stop(graceMs: number): Promise<void>;
}

/** Loads a compiled function app and runs it (functions-host.md 1.4, 2). */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const appDir = resolve(options.appDir);
  const { hostname, port, dataDir, clock = systemClock } = options;
  const settings = readHostSettings(appDir, options.settings ?? process.env);
  const log = new LevelledLog(options.log ?? new StderrLog(), settings.logLevels);
  const warn = (text: string): void => {
    log.log('warning', 'Host', text);
  };
  if (settings.unknownKeys.length > 0)
    warn(`host.json: unknown, so without effect: ${settings.unknownKeys.join(', ')}`);
  const keys = options.keys ?? openKeys(dataDir);
  const app = new FunctionApp(appDir, log);
  attachApp(app);
  try {
    await loadApp(appDir, app);
    await app.start();
    const registered = [...app.functions.values()].sort(byFunctionName);
    if (registered.length === 0) warn('No function was registered.');
    const functions = sortFunctions(registered, settings);
    const routes = new RouteTable(functions.http.map(toHttpFunction), settings.routePrefix);
    const paths = new HostPaths({ functions: registered, keys, settings }, log);
    const handler = new RequestHandler(app, routes, paths, settings, clock, log, options.allowedHosts);
    const opened = Promise.withResolvers<undefined>();
    handler.starting = opened.promise;
    const http = await listen(handler, hostname, port, log);
    const { address } = http;
    try {
      options.checkAddress?.(address.address);
      // functions-host.md 4.11: the durable client goes without it to port 7071
      process.env.WEBSITE_HOSTNAME = `localhost:${address.port}`;
      const origin = `http://localhost:${address.port}`;
      paths.triggers = await startTriggers({ app, functions, settings, keys, dataDir, origin, clock, log });
    } catch (error) {
      http.server.close().closeAllConnections();
      throw error;
    }
    const { listeners } = paths.triggers;
    const refused = routes.refused.map((one) => ({ ...one, trigger: 'httpTrigger' }));
    for (const { name, methods } of routes.served)
      if (methods.some((method) => /^connect$/i.test(method)))
        warn(`${name} (httpTrigger): method CONNECT is answered 404 in the local host`);
    const unavailable = [...functions.unavailable, ...refused];
    for (const { name, trigger, reason } of unavailable) warn(`${name} (${trigger}): ${reason}`);
    handler.starting = undefined;
    opened.resolve(undefined);
    let stopped: Promise<void> | undefined;
    return {
      url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${address.port}`,
      port: address.port,
      functions: routes.served
        .filter(({ disabled }) => !disabled)
        .map((one) => ({
          name: one.name,
          methods: one.methods,
          route: `/${fullTemplate(settings.routePrefix, one)}`,
        })),
      unavailable,
      stop: (graceMs) => (stopped ??= stop(app, handler, http, listeners, graceMs, log)),
    };
  } catch (error) {
    detachApp(app);
    throw error;
  }
}
