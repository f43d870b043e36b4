import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MLServer, type Auth } from '../../client/src/index.js';
import { password, startAccessApp, type AccessApp } from '../functions/auth/accessApp.js';
import { jsonOf } from '../support/http.js';
import { fileCleanUp } from '../support/temporaryDir.js';

const file = fileCleanUp();
let app: AccessApp;

before(async () => {
  app = await startAccessApp(file, 'required');
});

/** A client, and the calls that it makes. */
function open(auth?: Auth): { readonly server: MLServer; readonly lines: string[] } {
  const lines: string[] = [];
  const counted: typeof fetch = (input, init) => {
    lines.push(`${init?.method ?? 'GET'} ${new URL(input instanceof Request ? input.url : input).pathname}`);
    return fetch(input, init);
  };
  return { server: new MLServer(app.url, { ...(auth ? { auth } : {}), fetch: counted }), lines };
}

const rita = { username: 'rita', password };
const hourMs = 3_600_000;

test('without credentials, and with a wrong password, a call is refused', async () => {
  await assert.rejects(open().server.listServices(), { status: 401, code: 'SCORE_ERR_ACCESS_DENIED' });
  const wrong = open({ username: 'rita', password: 'wrong' });
  await assert.rejects(wrong.server.listServices(), { status: 401, code: 'SCORE_ERR_LOGIN_FAILED' });
  // not again and again: the name would be locked
  assert.deepEqual(wrong.lines, ['POST /login']);
});

test('calls go on when the access token has expired, and when the refresh token has', async () => {
  const { server, lines } = open(rita);
  await server.listServices();
  app.clock.move(hourMs + 1000);
  await Promise.all([server.listServices(), server.listServices(), server.listServices()]);
  const renewals = () => lines.filter((line) => line.startsWith('POST'));
  // a second use of one refresh token would end the login
  assert.deepEqual(renewals(), ['POST /login', 'POST /login/refreshToken']);
  app.clock.move(hourMs + 1000);
  await server.listServices();
  app.clock.move(15 * 24 * hourMs);
  await server.listServices();
  assert.deepEqual(renewals().slice(2), [
    'POST /login/refreshToken',
    'POST /login/refreshToken',
    'POST /login',
  ]);
  await server.logout();
  await server.listServices();
});

test('a role that may not publish is told so', async () => {
  const { server } = open(rita);
  const model = new Blob(['a model']);
  await assert.rejects(server.deployRealtime('mine', { model }), {
    status: 403,
    code: 'SCORE_ERR_ACCESS_FORBIDDEN',
  });
});

test('the batch of somebody else is not there', async () => {
  const svc = await open(rita).server.getService('cars');
  const batch = await svc.batch([{ hp: 110, wt: 2.62 }]).start();
  const { server } = open({ username: 'rolf', password });
  const other = await server.getService('cars');
  await assert.rejects(other.getBatch(batch.executionId ?? '').results(), { status: 404 });
  assert.deepEqual(await other.listBatchExecutions(), []);
  assert.deepEqual(await svc.listBatchExecutions(), [batch.executionId]);
  await batch.cancel();
});

test('a key and a token of somebody else are taken', async () => {
  const { access_token } = await app.logIn('olga');
  const made = await app.call(access_token, '/keys/robot', { method: 'PUT', body: { role: 'Reader' } });
  const key = String(jsonOf(made, 201).primary);
  for (const auth of [{ key }, { token: key }, { token: access_token }, () => access_token]) {
    assert.equal((await open(auth).server.getService('cars')).name, 'cars');
  }
  await assert.rejects(open({ key: `${key}x` }).server.listServices(), { status: 401 });
});
