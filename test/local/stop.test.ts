import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../conformance/rawHttp.js';
import { startApp } from './makeApp.js';

const SLOW = {
  files: {
    'functions/f.js': `
      app.hook.appTerminate(async () => { globalThis.terminatedAt = Date.now(); await new Promise((go) => setTimeout(go, Number(process.env.HOOK_MS ?? 0))); });
      app.http('slow', { methods: ['GET'], route: 'slow/{ms}', handler: async (r) => { await new Promise((go) => setTimeout(go, Number(r.params.ms))); return { body: 'x'.repeat(200000) }; } });`,
  },
};

test('answers in flight are written, with Connection: close, and nothing new is taken', async (t) => {
  const { host, port } = await startApp(t, SLOW);
  const inFlight = send(port, { path: '/slow/150', headers: { Connection: 'keep-alive' } });
  await sleep(50);
  const startedAt = Date.now();
  const stopped = host.stop(5000);
  await sleep(20);
  assert.equal((await send(port, { path: '/slow/0' })).status, null);
  const answer = await inFlight;
  assert.equal(answer.status, 200);
  assert.equal(answer.body.length, 200_000);
  assert.ok(answer.headers.some(([name, value]) => name === 'connection' && value === 'close'));
  await stopped;
  const { terminatedAt } = globalThis as { terminatedAt?: number };
  assert.ok(terminatedAt !== undefined && terminatedAt - startedAt < 50, 'hooks run at once');
  assert.ok(Date.now() - startedAt < 1000, 'no waiting for what is done');
});

test('connections without a request, or with half of one, hold nothing up', async (t) => {
  const { host, port } = await startApp(t, SLOW);
  const idle = connect(port, '127.0.0.1');
  const half = connect(port, '127.0.0.1', () => half.write('GET /slow/0 HTTP/1.1\r\nHost:'));
  for (const socket of [idle, half]) socket.on('error', () => undefined);
  await sleep(30);
  const startedAt = Date.now();
  await host.stop(5000);
  assert.ok(Date.now() - startedAt < 500);
});

test('a function that does not end is cut off after the grace time and a second', async (t) => {
  const { host, port } = await startApp(t, SLOW);
  const inFlight = send(port, { path: '/slow/1600' });
  await sleep(30);
  const startedAt = Date.now();
  await host.stop(100);
  const tookMs = Date.now() - startedAt;
  assert.ok(tookMs >= 1000 && tookMs < 1600, `${tookMs} ms`);
  assert.equal((await inFlight).status, null);
});

test('a hook that does not end is not waited for longer than the grace time; a second stop is the first', async (t) => {
  const { host } = await startApp(t, SLOW);
  process.env.HOOK_MS = '1200';
  t.after(() => {
    delete process.env.HOOK_MS;
  });
  const startedAt = Date.now();
  await Promise.all([host.stop(100), host.stop(100)]);
  assert.ok(Date.now() - startedAt < 600);
});
