import { resolve } from 'node:path';
import { attachApp, detachApp } from './core/coreModule.js';
import { FunctionApp, type RegisteredFunction } from './core/functionApp.js';
import { loadApp } from './core/loadApp.js';
import { readHostSettings, type AppSettings, type HostSettings } from './hostSettings.js';
import { toHttpFunction, type HttpFunction } from './http/httpFunction.js';
import { RequestHandler } from './http/requestHandler.js';
import { listen, type HttpServer } from './http/server.js';
import { StderrLog, type HostLog } from './log.js';
import { fullTemplate, RouteTable } from './routes/routeTable.js';
import { stop } from './stop.js';

export interface HostOptions {
  /** Folder of package.json and host.json. */
  readonly appDir: string;
  readonly hostname: string;
  /** 0: any free port. */
  readonly port: number;
  /** App settings; process.env unless given. */
  readonly settings?: AppSettings;
  readonly log?: HostLog;
  /** Host names, without port and in lower case, that requests may carry; any unless given. */
  readonly allowedHosts?: readonly string[];
}

interface ServedFunction {
  readonly name: string;
  readonly methods: readonly string[];
  readonly route: string;
}

/** A function that was registered but cannot be called here, and why. */
export interface UnavailableFunction {
  readonly name: string;
  readonly trigger: string;
  readonly reason: string;
}

export interface RunningHost {
  readonly url: string;
  readonly port: number;
  /** The IP address it listens on. */
  readonly address: string;
  readonly functions: readonly ServedFunction[];
  readonly unavailable: readonly UnavailableFunction[];
  /** Ends within `graceMs` and a second: no new requests, appTerminate hooks, then the answers in flight. */
  stop(graceMs: number): Promise<void>;
}

/** Loads a compiled function app and serves its HTTP functions (functions-host.md 1.4, 2). */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const appDir = resolve(options.appDir);
  const settings = readHostSettings(appDir, options.settings ?? process.env);
  const log = options.log ?? new StderrLog(settings.logLevel);
  const app = new FunctionApp(appDir, log);
  attachApp(app);
  try {
    await loadApp(appDir);
    await app.start();
    if (app.functions.size === 0) log.log('warning', 'Host', 'No function was registered.');
    const { targets, unavailable } = sortFunctions([...app.functions.values()], settings);
    const routes = new RouteTable(targets, settings.routePrefix);
    for (const { target, reason } of routes.refused) {
      unavailable.push({ name: target.name, trigger: 'httpTrigger', reason });
    }
    for (const { name, trigger, reason } of unavailable)
      log.log('warning', 'Host', `${name} (${trigger}): ${reason}`);
    const handler = new RequestHandler(app, routes, settings, log, options.allowedHosts);
    const http = await listen(handler, options.hostname, options.port, log);
    return running(options.hostname, app, routes, unavailable, handler, http, settings, log);
  } catch (error) {
    detachApp(app);
    throw error;
  }
}

function sortFunctions(
  registered: readonly RegisteredFunction[],
  settings: HostSettings,
): { targets: HttpFunction[]; unavailable: UnavailableFunction[] } {
  const targets: HttpFunction[] = [];
  const unavailable: UnavailableFunction[] = [];
  for (const one of registered) {
    const bindings = Object.values(one.metadata.bindings);
    const trigger = bindings.find(({ type }) => type.toLowerCase().endsWith('trigger'))?.type ?? 'unknown';
    const target = toHttpFunction(one, settings.isDisabled(one.name));
    if (typeof target === 'string') {
      unavailable.push({ name: one.name, trigger, reason: target });
      continue;
    }
    targets.push(target);
    if (target.methods.some((method) => method.toUpperCase() === 'CONNECT')) {
      const reason = 'method CONNECT is not available in the local host: always 404';
      unavailable.push({ name: one.name, trigger, reason });
    }
    if (target.authLevel !== 'anonymous') {
      const reason = `authLevel ${target.authLevel} needs keys, which the local host does not have yet: always 401`;
      unavailable.push({ name: one.name, trigger, reason });
    }
  }
  return { targets, unavailable };
}

function running(
  hostname: string,
  app: FunctionApp,
  routes: RouteTable<HttpFunction>,
  unavailable: readonly UnavailableFunction[],
  handler: RequestHandler,
  http: HttpServer,
  { functionTimeoutMs, routePrefix }: HostSettings,
  log: HostLog,
): RunningHost {
  const watch =
    functionTimeoutMs === undefined
      ? undefined
      : setInterval(() => {
          handler.endOverdue(functionTimeoutMs);
        }, 500).unref();
  const { port, address } = http.address;
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`,
    port,
    address,
    functions: routes.served
      .filter(({ authLevel, disabled }) => authLevel === 'anonymous' && !disabled)
      .map((target) => ({
        name: target.name,
        methods: target.methods,
        route: `/${fullTemplate(routePrefix, target)}`,
      })),
    unavailable,
    stop: (graceMs) => {
      stopped ??= stop(app, handler, http, graceMs, log).finally(() => {
        clearInterval(watch);
      });
      return stopped;
    },
  };
}
