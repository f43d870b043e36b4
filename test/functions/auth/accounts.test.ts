import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, type Sent } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { codeOf, startAccessApp, type AccessApp } from './accessApp.js';

const file = fileCleanUp();
let app: AccessApp;
let olga = '';

before(async () => {
  app = await startAccessApp(file, 'required');
  olga = (await app.logIn('olga')).access_token;
});

const owner = (path: string, sent?: Sent) => app.call(olga, path, sent);
const put = (path: string, body: unknown) => owner(path, { method: 'PUT', body });

test('an Owner makes a user, whose password is made and answered once', async () => {
  const made = jsonOf(await put('/users/nina', { Role: 'reader' }), 201);
  assert.deepEqual([made.name, made.role], ['nina', 'Reader']);
  const { access_token } = await app.logIn('nina', String(made.password));
  assert.equal((await app.call(access_token, '/users')).status, 403);
  assert.deepEqual(jsonOf(await put('/users/nina', { role: 'Owner' })), { name: 'nina', role: 'Owner' });
  const { access_token: asOwner } = await app.logIn('nina', String(made.password));
  const { users } = jsonOf(await app.call(asOwner, '/users')) as { users: Record<string, unknown>[] };
  assert.deepEqual(
    users.map(({ name, role, source }) => [name, role, source]),
    [
      ['carl', 'Contributor', 'settings'],
      ['nina', 'Owner', 'state'],
      ['olga', 'Owner', 'settings'],
      ['rita', 'Reader', 'settings'],
      ['rolf', 'Reader', 'settings'],
    ],
  );
  assert.ok(!JSON.stringify(users).includes('scrypt'));
});

test('a password that is given replaces the one before', async () => {
  assert.deepEqual(jsonOf(await put('/users/paul', { role: 'Reader', password: 'the first' }), 201), {
    name: 'paul',
    role: 'Reader',
  });
  await app.logIn('paul', 'the first');
  await put('/users/paul', { role: 'Reader', password: 'the second' });
  await app.logIn('paul', 'the second');
  const old = await app.call('', '/login', { body: { username: 'paul', password: 'the first' } });
  assert.equal(codeOf(old, 401), 'SCORE_ERR_LOGIN_FAILED');
});

test('a deleted user logs in no more', async () => {
  await put('/users/gone', { role: 'Reader', password: 'some words' });
  const { refresh_token: refreshToken } = await app.logIn('gone', 'some words');
  assert.equal((await owner('/users/gone', { method: 'DELETE' })).status, 204);
  const login = await app.call('', '/login', { body: { username: 'gone', password: 'some words' } });
  assert.equal(codeOf(login, 401), 'SCORE_ERR_LOGIN_FAILED');
  const refresh = await app.call('', '/login/refreshToken', { body: { refreshToken } });
  assert.equal(codeOf(refresh, 401), 'SCORE_ERR_LOGIN_FAILED');
  assert.equal(codeOf(await owner('/users/gone', { method: 'DELETE' }), 404), 'SCORE_ERR_USER_NOT_FOUND');
});

test('the name of a deleted user is not given again while his jobs may be there', async () => {
  await put('/users/former', { role: 'Reader' });
  await owner('/users/former', { method: 'DELETE' });
  const again = await put('/users/former', { role: 'Reader' });
  assert.equal(codeOf(again, 409), 'SCORE_ERR_ACCOUNT_NAME_HELD');
});

test('an Owner who was demoted or deleted administers no more, though his token is not expired', async () => {
  await put('/users/old', { role: 'Owner', password: 'some words' });
  const { access_token: token } = await app.logIn('old', 'some words');
  const own = () => app.call(token, '/users/old', { method: 'PUT', body: { role: 'Owner' } });
  assert.equal((await own()).status, 200);
  await put('/users/old', { role: 'Reader' });
  assert.equal(codeOf(await own(), 403), 'SCORE_ERR_ACCESS_FORBIDDEN');
  const publish = await app.call(token, '/services/cars/1.0.0', { method: 'DELETE' });
  assert.equal(codeOf(publish, 403), 'SCORE_ERR_ACCESS_FORBIDDEN');
  await owner('/users/old', { method: 'DELETE' });
  assert.equal(codeOf(await own(), 401), 'SCORE_ERR_ACCESS_DENIED');
});

test('a new password unlocks the user', async () => {
  await put('/users/lost', { role: 'Reader', password: 'the first' });
  const attempt = (password: string) => app.call('', '/login', { body: { username: 'lost', password } });
  for (let i = 0; i < 5; i++) await attempt('wrong');
  assert.equal((await attempt('the first')).status, 429);
  await put('/users/lost', { role: 'Reader', password: 'the second' });
  assert.equal((await attempt('the second')).status, 200);
});

test('a client gets its keys once; they are listed without what they are, replaced, and removed', async () => {
  const made = jsonOf(await put('/keys/web', { role: 'Reader', services: ['cars'] }), 201);
  const { primary, secondary, ...rest } = made as Record<'primary' | 'secondary', string>;
  assert.deepEqual(rest, { client: 'web', role: 'Reader', services: ['cars'] });
  const listed = await owner('/keys');
  assert.ok(!listed.text.includes(primary.slice(4)) && !listed.text.includes('sha256'));
  const [web] = jsonOf(listed).clients as Record<string, unknown>[];
  assert.deepEqual(Object.keys(web ?? {}), ['client', 'role', 'services', 'created', 'primary', 'secondary']);
  const unchanged = { client: 'web', role: 'Contributor', services: ['cars'] };
  assert.deepEqual(jsonOf(await put('/keys/web', { role: 'Contributor' })), unchanged);
  const widened = { client: 'web', role: 'Reader', services: 'all' };
  assert.deepEqual(jsonOf(await put('/keys/web', { role: 'Reader', services: 'all' })), widened);

  const replaced = jsonOf(await owner('/keys/web/regenerate', { body: { key: 'Primary' } }));
  assert.deepEqual(Object.keys(replaced), ['client', 'primary']);
  const statusWith = async (key: unknown) => (await app.call(String(key), '/v2/models')).status;
  assert.deepEqual(
    await Promise.all([statusWith(primary), statusWith(secondary), statusWith(replaced.primary)]),
    [401, 200, 200],
  );
  assert.equal((await owner('/keys/web', { method: 'DELETE' })).status, 204);
  assert.equal(await statusWith(secondary), 401);
  assert.equal(codeOf(await owner('/keys/web', { method: 'DELETE' }), 404), 'SCORE_ERR_CLIENT_NOT_FOUND');
});

test('what cannot be a user or a client is refused with the place', async () => {
  for (const [path, body, pointer] of [
    ['/users/x', {}, '/role'],
    ['/users/x', { role: 'King' }, '/role'],
    ['/users/x', { role: 'Reader', password: 'short' }, '/password'],
    ['/users/x', { role: 'Reader', password: 12345678 }, '/password'],
    ['/users/local', { role: 'Reader' }, ''],
    ['/users/Contributor', { role: 'Reader' }, ''],
    ['/users/key:web', { role: 'Reader' }, ''],
    ['/users/a%20b', { role: 'Reader' }, ''],
    ['/users/x', { role: 'Reader', pasword: 'long enough' }, '/pasword'],
    ['/users/x', { role: 'Reader', 'a/b': 1 }, '/a~1b'],
    ['/keys/x', { role: 'Reader', service: ['cars'] }, '/service'],
    ['/keys/x', { role: 'Owner', services: ['cars'] }, '/services'],
    ['/keys/x', { role: 'Reader', services: [] }, '/services'],
    ['/keys/x', { role: 'Reader', services: 'cars' }, '/services'],
    ['/keys/x', { role: 'Reader', services: ['cars', '../x'] }, '/services/1'],
    ['/keys/x', { role: 'Reader', services: Array(21).fill('cars') }, '/services'],
  ] as const) {
    const { errors, code } = jsonOf(await put(path, body), 422);
    assert.equal(code, 'SCORE_ERR_REQUEST_FIELD', path);
    assert.equal((errors as { pointer: string }[])[0]?.pointer, pointer, path);
  }
  const strange = await owner('/keys/x/regenerate', { body: { key: 'primary', client: 'y' } });
  assert.equal(codeOf(strange, 422), 'SCORE_ERR_REQUEST_FIELD');
  const key = await owner('/keys/x/regenerate', { body: { key: 'third' } });
  assert.equal(codeOf(key, 422), 'SCORE_ERR_REQUEST_FIELD');
  assert.equal(codeOf(await put('/users/x', '{'), 400), 'SCORE_ERR_BODY_SYNTAX');
  assert.equal(codeOf(await put('/users/rita', { role: 'Owner' }), 409), 'SCORE_ERR_USER_FIXED');
});
