import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { codeOf, password, startAccessApp, tokensOf, type AccessApp } from './accessApp.js';

const file = fileCleanUp();
let app: AccessApp;

before(async () => {
  app = await startAccessApp(file, 'required');
});

const hourMs = 3_600_000;

test('a login answers as Machine Learning Server does', async () => {
  const { access_token, expires_on, refresh_token, ...rest } = await app.logIn('rita');
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3600 });
  assert.equal(expires_on, Math.floor(app.clock.wallMs() / 1000) + 3600);
  assert.equal(typeof refresh_token, 'string');
  assert.equal((await app.call(access_token, '/v2/models')).status, 200);
});

test('names and password are read in any letter case of their keys', async () => {
  for (const body of [
    { Username: 'rita', Password: password },
    { USERNAME: 'rita', passWord: password, more: 1 },
  ]) {
    tokensOf(await app.call('', '/login', { body }));
  }
  const answer = await app.call('', '/login', { body: { username: 'Rita', password } });
  assert.equal(codeOf(answer, 401), 'SCORE_ERR_LOGIN_FAILED', 'the name itself has one letter case');
});

test('a body that is no login is 400', async () => {
  for (const [body, code] of [
    ['{', 'SCORE_ERR_BODY_SYNTAX'],
    ['', 'SCORE_ERR_BODY_EMPTY'],
    ['[]', 'SCORE_ERR_REQUEST_FIELD'],
    [{}, 'SCORE_ERR_REQUEST_FIELD'],
    [{ username: 'rita' }, 'SCORE_ERR_REQUEST_FIELD'],
    [{ username: 'rita', password: 1 }, 'SCORE_ERR_REQUEST_FIELD'],
    [{ username: 'rita', password: 'x'.repeat(1025) }, 'SCORE_ERR_REQUEST_FIELD'],
    [{ username: 'rita', Username: 'olga', password }, 'SCORE_ERR_REQUEST_FIELD'],
  ] as const) {
    const answer = await app.call('', '/login', { method: 'POST', body });
    assert.equal(codeOf(answer, 400), code, JSON.stringify(body));
    assert.deepEqual(
      Object.keys(jsonOf(answer, 400)).filter((key) => /^(?:message|link|exceptionType)$/.test(key)),
      ['message', 'link', 'exceptionType'],
    );
  }
  const large = await app.call('', '/login', { body: { username: 'x'.repeat(70_000), password } });
  assert.equal(codeOf(large, 413), 'SCORE_ERR_BODY_TOO_LARGE');
});

test('an unknown user and a wrong password are answered alike', async () => {
  const texts = await Promise.all(
    ['rolf', 'nobody-here'].map(async (username) => {
      const answer = await app.call('', '/login', { body: { username, password: 'wrong' } });
      assert.equal(codeOf(answer, 401), 'SCORE_ERR_LOGIN_FAILED');
      const { requestId, ...body } = jsonOf(answer, 401);
      assert.equal(typeof requestId, 'string');
      return JSON.stringify(body);
    }),
  );
  assert.equal(texts[0], texts[1]);
});

test('after five failures a login is 429 with the seconds to wait', async () => {
  for (const username of ['rolf', 'stranger']) {
    const attempt = (given: string) => app.call('', '/login', { body: { username, password: given } });
    for (let i = username === 'rolf' ? 1 : 0; i < 5; i++) assert.equal((await attempt('wrong')).status, 401);
    const locked = await attempt(password);
    assert.equal(codeOf(locked, 429), 'SCORE_ERR_LOGIN_LOCKED');
    assert.equal(locked.headers.get('retry-after'), '30');
  }
  app.clock.move(30_000);
  await app.logIn('rolf');
});

test('a missing, an invalid and an expired token are told apart', async () => {
  const { access_token } = await app.logIn('rita');
  const detailOf = async (credential: string) => {
    const answer = await app.call(credential, '/v2/models');
    assert.equal(codeOf(answer, 401), 'SCORE_ERR_ACCESS_DENIED');
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
    return String(jsonOf(answer, 401).detail);
  };
  assert.match(await detailOf(''), /^this route needs credentials/);
  assert.match(await detailOf(`${access_token}x`), /^invalid access token/);
  assert.match(await detailOf('wsk_unknown'), /^invalid key/);
  app.clock.move(hourMs);
  assert.match(await detailOf(access_token), /^expired access token/);
});

test('a refresh token is taken from the body, in any letter case, and from the query', async () => {
  let { refresh_token: token } = await app.logIn('rita');
  for (const next of [
    { path: '/login/refreshToken', bodyOf: (refreshToken: string) => ({ refreshToken }) },
    { path: '/login/refreshToken', bodyOf: (RefreshToken: string) => ({ RefreshToken }) },
    { path: '/login/refreshToken?refreshToken=', bodyOf: undefined },
    { path: '/login/refreshtoken?RefreshToken=', bodyOf: undefined },
  ]) {
    const sent = { method: 'POST', ...(next.bodyOf ? { body: next.bodyOf(token) } : {}) };
    const answer = await app.call('', next.bodyOf ? next.path : `${next.path}${token}`, sent);
    const used = token;
    ({ refresh_token: token } = tokensOf(answer));
    assert.notEqual(token, used);
  }
  assert.equal((await app.call('', '/login/refreshToken', { method: 'POST' })).status, 400);
  const answer = await app.call('', '/login/refreshToken?refreshToken=x', { method: 'POST' });
  assert.equal(codeOf(answer, 401), 'SCORE_ERR_LOGIN_FAILED');
});

test('a refresh token is revoked by query, body and path, and is refused then', async () => {
  for (const form of [
    (token: string) => app.call('', `/login/refreshToken?refreshToken=${token}`, { method: 'DELETE' }),
    (token: string) => app.call('', `/login/refreshToken/${token}`, { method: 'DELETE' }),
    (refreshToken: string) =>
      app.call('', '/login/refreshToken', { method: 'DELETE', body: { refreshToken } }),
  ]) {
    const { refresh_token: token } = await app.logIn('rita');
    const answer = tokensOf(await form(token));
    assert.deepEqual([answer.token_type, answer.access_token], ['Bearer', '']);
    assert.equal(codeOf(await form(token), 401), 'SCORE_ERR_LOGIN_FAILED');
    const again = await app.call('', '/login/refreshToken', { body: { refreshToken: token } });
    assert.equal(codeOf(again, 401), 'SCORE_ERR_LOGIN_FAILED');
  }
});

test('a refresh token in the path stands in no answer', async () => {
  const { refresh_token: token } = await app.logIn('rita');
  const path = `/login/refreshToken/${token}`;
  assert.equal((await app.call('', path, { method: 'DELETE' })).status, 200);
  const again = await app.call('', path, { method: 'DELETE' });
  assert.equal(jsonOf(again, 401).instance, '/login/refreshToken/{refreshToken}');
  assert.ok(!again.text.includes(token));
});
