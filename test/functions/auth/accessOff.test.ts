import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startAccessApp, tokensOf, type AccessApp } from './accessApp.js';

const file = fileCleanUp();
let app: AccessApp;

before(async () => {
  app = await startAccessApp(file, 'off');
});

test('any name and password log in, and get tokens of the usual form', async () => {
  for (const username of ['olga', 'whoever', '']) {
    const answer = await app.logIn(username, 'anything');
    assert.equal(answer.token_type, 'Bearer');
    assert.equal(answer.access_token.split('.').length, 3);
    assert.notEqual(answer.refresh_token, '');
    const refreshed = await app.call('', '/login/refreshToken', {
      body: { refreshToken: answer.refresh_token },
    });
    assert.notEqual(tokensOf(refreshed).access_token, '');
    const path = `/login/refreshToken?refreshToken=${answer.refresh_token}`;
    assert.equal((await app.call('', path, { method: 'DELETE' })).status, 200);
  }
});

test('every token is taken, and none is needed', async () => {
  for (const credential of ['', 'x', 'wsk_x', (await app.logIn('rita', 'x')).access_token]) {
    assert.equal((await app.call(credential, '/v2/models')).status, 200);
    assert.equal((await app.call(credential, '/users')).status, 200);
  }
});

test('a body that is no login is 400 all the same', async () => {
  assert.equal((await app.call('', '/login', { body: '{' })).status, 400);
  assert.equal((await app.call('', '/login', { body: { username: 'x' } })).status, 400);
});
