import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { stop } from '../../local/stop.js';
import type { TriggerListener } from '../../local/triggers.js';
import { send } from '../conformance/rawHttp.js';
import { emptyServer } from './emptyServer.js';
import { GATED, makeGate } from './gate.js';
import { startApp, type StartedApp } from './makeApp.js';

const LONG_MS = 60_000;
const app = (hook = ''): { files: Record<string, string> } => ({
  files: {
    'functions/f.js': `${GATED.replace("'passed'", "'x'.repeat(200_000)")}\napp.hook.appTerminate(() => { ${hook} });`,
  },
});

/** Says when the appTerminate hook of `REPORTING` runs. */
function hookRuns(): Promise<void> {
  return new Promise((resolve) => {
    (globalThis as { testTerminated?: () => void }).testTerminated = resolve;
  });
}
const REPORTING = 'globalThis.testTerminated();';

/** A stop that waits for its whole time makes the test run into its own time-out. */
const promptly = { timeout: LONG_MS / 4 };

test(
  'answers in flight are written, with Connection: close, and nothing new is taken',
  promptly,
  async (t) => {
    const gate = makeGate(t);
    const { host, port } = await startApp(t, app(REPORTING));
    const terminated = hookRuns();
    const inFlight = send(port, { path: '/gated', headers: { Connection: 'keep-alive' } });
    await gate.entered;
    const stopped = host.stop(LONG_MS);
    // The hooks run while the function still does.
    await terminated;
    assert.equal((await send(port, { path: '/gated' })).status, null);
    assert.equal(gate.entries(), 1);
    gate.open();
    const answer = await inFlight;
    assert.equal(answer.status, 200);
    assert.equal(answer.body.length, 200_000);
    assert.ok(answer.headers.some(([name, value]) => name === 'connection' && value === 'close'));
    await stopped;
  },
);

test('connections without a request, or with half of one, hold nothing up', promptly, async (t) => {
  const { host, port } = await startApp(t, app());
  const idle = connect(port, '127.0.0.1');
  const half = connect(port, '127.0.0.1', () => half.write('GET /gated HTTP/1.1\r\nHost:'));
  const sockets = [idle, half].map((socket) => socket.on('error', () => undefined));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  await send(port, { path: '/none' });
  await host.stop(LONG_MS);
});

test('a function that does not end is cut off after the grace time', promptly, async (t) => {
  const gate = makeGate(t);
  const { host, port } = await startApp(t, app());
  const inFlight = send(port, { path: '/gated' });
  await gate.entered;
  await host.stop(0);
  assert.equal((await inFlight).status, null);
});

test(
  'a hook that does not end is not waited for longer than the grace time; a second stop is the first',
  promptly,
  async (t) => {
    const { host }: StartedApp = await startApp(t, app('return new Promise(() => undefined);'));
    const first = host.stop(0);
    assert.equal(host.stop(LONG_MS), first);
    await first;
  },
);

test('triggers stop taking on work before the hooks end, and are waited for', promptly, async (t) => {
  const { app, handler, http, log, entries } = await emptyServer(t);
  const order: string[] = [];
  const ended = Promise.withResolvers<undefined>();
  app.registerHook('appTerminate', () => {
    order.push('hook');
    ended.resolve(undefined);
  });
  const listener = (name: string, end: Promise<unknown>): TriggerListener => ({
    start: () => Promise.resolve(),
    stop: async (graceMs) => {
      order.push(`${name} told ${graceMs}`);
      await end;
      order.push(`${name} ended`);
    },
  });
  const broken = Promise.reject(new Error('broken'));
  await stop(app, handler, http, [listener('a', ended.promise), listener('b', broken)], LONG_MS, log);
  assert.deepEqual(order, [`a told ${LONG_MS}`, `b told ${LONG_MS}`, 'hook', 'a ended']);
  assert.deepEqual(entries, ['error: The stop of a trigger failed: Error: broken']);
});

test('a function in flight may use the durable client until its end', promptly, async (t) => {
  const gate = makeGate(t);
  const durable = `const df = require(${JSON.stringify(require.resolve('durable-functions'))});
    df.app.orchestration('job', function* () { return 'done'; });
    app.http('starts', { methods: ['GET'], route: 'starts', extraInputs: [df.input.durableClient()],
      handler: async (request, context) => {
        await globalThis.testGate.enter();
        return { body: await df.getClient(context).startNew('job', { instanceId: 'late' }) };
      } });`;
  const { host, port } = await startApp(t, { files: { 'functions/f.js': durable } });
  const inFlight = send(port, { path: '/starts' });
  await gate.entered;
  const stopped = host.stop(LONG_MS);
  gate.open();
  assert.equal((await inFlight).body.toString(), 'late');
  await stopped;
});
