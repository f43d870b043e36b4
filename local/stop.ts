import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../shared/clock.js';
import { detachApp } from './core/coreModule.js';
import type { FunctionApp } from './core/functionApp.js';
import type { RequestHandler } from './http/requestHandler.js';
import type { HttpServer } from './http/server.js';
import type { HostLog } from './log.js';
import type { TriggerListener } from './triggers.js';
import { withinGrace } from './withinGrace.js';

/** Time after `graceMs` in which answers that are ready still go out and listeners close what they hold. */
const WRITE_MS = 1_000;

/** Takes no new requests and triggers, runs the appTerminate hooks and lets what is under way end. */
export async function stop(
  app: FunctionApp,
  handler: RequestHandler,
  { server, connections }: HttpServer,
  listeners: readonly TriggerListener[],
  graceMs: number,
  log: HostLog,
): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  handler.stopping = true;
  for (const { response } of handler.open) response.shouldKeepAlive = false;
  const told = (what: string) => (error: unknown) => {
    log.log('error', 'Host', `${what} failed: ${String(error)}`);
  };
  const silent = listeners.map((one) => one.stop(graceMs).catch(told('The stop of a trigger')));
  const hooks = app.terminate().catch(told('An appTerminate hook'));
  const answered = new Promise<void>((done) => {
    handler.onIdle = done;
    if (handler.open.size === 0) done();
  });
  const within = (work: Promise<unknown>, ms: number) => withinGrace(work, ms, systemClock);
  await Promise.all([
    within(hooks, graceMs),
    within(
      answered.then(() => written(connections)),
      graceMs + WRITE_MS,
    ),
    within(Promise.all(silent), graceMs + WRITE_MS),
  ]);
  for (const listener of listeners) await listener.close?.().catch(told('The end of a trigger'));
  server.closeAllConnections();
  await closed;
  detachApp(app);
}

/** Resolves when no connection has bytes of an answer left to send. */
async function written(connections: ReadonlySet<Socket>): Promise<void> {
  while ([...connections].some((socket) => socket.writableLength > 0)) await sleep(10);
}
