import type { TestContext } from 'node:test';
import { FunctionApp } from '../../local/core/functionApp.js';
import { readHostSettings } from '../../local/hostSettings.js';
import { HostPaths } from '../../local/http/hostPaths.js';
import { RequestHandler } from '../../local/http/requestHandler.js';
import { listen, type HttpServer } from '../../local/http/server.js';
import type { HostLog } from '../../local/log.js';
import { RouteTable } from '../../local/routes/routeTable.js';
import { systemClock } from '../../shared/clock.js';
import { KEYS } from '../conformance/keys.js';
import { makeApp } from './makeApp.js';

interface EmptyServer {
  readonly app: FunctionApp;
  readonly paths: HostPaths;
  readonly handler: RequestHandler;
  readonly http: HttpServer;
  readonly log: HostLog;
  /** `level: message` of every entry. */
  readonly entries: readonly string[];
}

/** The HTTP part of a host without routes, for triggers given by the test; one activity, `Job`, is registered. */
export async function emptyServer(t: TestContext): Promise<EmptyServer> {
  const entries: string[] = [];
  const log: HostLog = { log: (level, _category, text) => entries.push(`${level}: ${text}`) };
  const appDir = makeApp(t, { files: {} });
  const settings = readHostSettings(appDir, { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '100' });
  const app = new FunctionApp(appDir, log);
  app.register({ name: 'Job', bindings: { input: { type: 'activityTrigger' } } }, () => undefined);
  const paths = new HostPaths({ functions: [...app.functions.values()], keys: KEYS, settings }, log);
  const routes = new RouteTable<never>([], '');
  const handler = new RequestHandler(app, routes, paths, settings, systemClock, log, undefined);
  const http = await listen(handler, '127.0.0.1', 0, log);
  t.after(() => {
    http.server.close().closeAllConnections();
  });
  return { app, paths, handler, http, log, entries };
}
