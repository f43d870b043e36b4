import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../support/http.js';
import { fixturesDir } from '../support/modelsDir.js';
import { startApp, type RunningApp } from '../support/startApp.js';
import { fileCleanUp } from '../support/temporaryDir.js';

const file = fileCleanUp();
let app: RunningApp;

before(async () => {
  // as on Azure: nobody has said that access is off
  app = await startApp(file, fixturesDir(file, 'add'), { WARMSTART_ACCESS: 'off' }, {});
});

const isHealth = (route: string) => route.startsWith('/v2/health/');
const isLogin = (route: string) => /^\/login(?:\/|$)/.test(route);

test('every route but health and login answers 401 without a word on models', async () => {
  const closed = app.host.functions.filter(({ route }) => !isHealth(route) && !isLogin(route));
  assert.ok(closed.length >= 10);
  for (const { route, methods } of closed) {
    const path = route.replaceAll(/\{[^}]*\}/g, 'add');
    for (const method of methods) {
      const answer = await send(`${app.url}${path}`, {
        method,
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
      assert.equal(answer.status, 401, `${method} ${path}`);
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
      assert.equal(answer.headers.get('x-ms-error-code'), 'SCORE_ERR_ACCESS_DENIED');
      assert.equal(answer.headers.get('x-warmstart-model'), null);
    }
  }
});

test('whether a model exists is not told', async () => {
  const texts = await Promise.all(
    ['add', 'nowhere'].map(async (model) => {
      const { detail, status, code } = jsonOf(await send(`${app.url}/v2/models/${model}`), 401);
      return JSON.stringify([detail, status, code]);
    }),
  );
  assert.equal(texts[0], texts[1]);
});

test('health is open', async () => {
  const open = app.host.functions.filter(({ route }) => isHealth(route));
  assert.equal(open.length, 2);
  for (const { route } of open) assert.equal((await send(`${app.url}${route}`)).status, 200);
});

test('login is open, and nobody gets in where no users are configured', async () => {
  const open = app.host.functions.filter(({ route }) => isLogin(route));
  assert.deepEqual(open.map(({ route, methods }) => `${methods.join()} ${route}`).sort(), [
    'DELETE /login/refreshToken',
    'DELETE /login/refreshToken/{refreshToken}',
    'POST /login',
    'POST /login/refreshToken',
  ]);
  const answer = await send(`${app.url}/login`, { body: { username: 'admin', password: 'admin' } });
  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get('x-ms-error-code'), 'SCORE_ERR_LOGIN_FAILED');
});

test('access is checked before the body is looked at', async () => {
  const answer = await send(`${app.url}/api/add/1.0.0`, {
    body: '{',
    headers: { 'content-type': 'text/plain' },
  });
  assert.equal(answer.status, 401);
});
