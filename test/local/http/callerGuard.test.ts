import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send } from '../../conformance/rawHttp.js';
import { echoNames, startApp } from '../makeApp.js';

const APP = { files: { 'functions/f.js': echoNames({ f: 'f' }) } };
const ALLOWED = ['localhost', '127.0.0.1', '::1'];

const CALLERS: readonly [headers: Record<string, string>, status: number][] = [
  [{ host: 'localhost:7071' }, 200],
  [{ host: 'LocalHost' }, 200],
  [{ host: '127.0.0.1:1' }, 200],
  [{ host: '[::1]:7071' }, 200],
  [{ host: 'evil.example' }, 403],
  [{ host: 'evil.example:7071' }, 403],
  [{ host: 'localhost.evil.example' }, 403],
  [{ host: '127.0.0.2' }, 403],
  [{ host: '' }, 403],
  [{ host: 'localhost', origin: 'http://localhost:3000' }, 200],
  [{ host: 'localhost', origin: 'http://[::1]:3000' }, 200],
  [{ host: 'localhost', origin: 'http://evil.example' }, 403],
  [{ host: 'localhost', origin: 'http://localhost@evil.example' }, 403],
  [{ host: 'localhost', origin: 'null' }, 403],
  [{ host: 'localhost', 'sec-fetch-site': 'cross-site' }, 403],
  [{ host: 'localhost', 'sec-fetch-site': 'same-site' }, 200],
  [{ host: 'localhost', 'sec-fetch-site': 'none' }, 200],
];

test('with allowed hosts, requests under another name or from another site are refused', async (t) => {
  const { port } = await startApp(t, { ...APP, allowedHosts: ALLOWED });
  for (const [headers, status] of CALLERS) {
    const answer = await send(port, { path: '/f', headers });
    assert.equal(answer.status, status, JSON.stringify(headers));
    if (status === 403) assert.equal(answer.body.length, 0);
  }
  for (const path of ['/', '/admin/host/ping', '/none']) {
    assert.equal((await send(port, { path, headers: { host: 'evil.example' } })).status, 403, path);
  }
});

test('without allowed hosts every name and origin is served', async (t) => {
  const { port } = await startApp(t, APP);
  for (const [headers] of CALLERS.filter(([{ host }]) => host !== '')) {
    assert.equal((await send(port, { path: '/f', headers })).status, 200);
  }
});
