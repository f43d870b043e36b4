import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { detachApp } from './core/coreModule.js';
import type { FunctionApp } from './core/functionApp.js';
import type { RequestHandler } from './http/requestHandler.js';
import type { HttpServer } from './http/server.js';
import type { HostLog } from './log.js';

/** Time after `graceMs` in which answers that are ready still go out. */
const WRITE_MS = 1_000;

/** Takes no new requests, runs the appTerminate hooks and lets the answers in flight go out. */
export async function stop(
  app: FunctionApp,
  handler: RequestHandler,
  { server, connections }: HttpServer,
  graceMs: number,
  log: HostLog,
): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  handler.stopping = true;
  for (const { response } of handler.open) response.shouldKeepAlive = false;
  const timer = new AbortController();
  const hooks = app.terminate().catch((error: unknown) => {
    log.log('error', 'Host', `An appTerminate hook failed: ${String(error)}`);
  });
  const answered = new Promise<void>((done) => {
    handler.onIdle = done;
    if (handler.open.size === 0) done();
  });
  const limit = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.all([
    Promise.race([hooks, limit(graceMs)]),
    Promise.race([answered.then(() => written(connections)), limit(graceMs + WRITE_MS)]),
  ]);
  timer.abort();
  server.closeAllConnections();
  await closed;
  detachApp(app);
}

/** Resolves when no connection has bytes of an answer left to send. */
async function written(connections: ReadonlySet<Socket>): Promise<void> {
  while ([...connections].some((socket) => socket.writableLength > 0)) await sleep(10);
}
