import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { removeExpiredTokens } from '../../../shared/auth/tokens/removeExpiredTokens.js';
import type { User } from '../../../shared/auth/users/user.js';
import type { Principal } from '../../../shared/auth/principal.js';
import { BatchClock } from '../../support/batch.js';
import { expectRejection } from '../../support/expectFault.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { openInstance, password, startStore, stateBlobs, userOf } from './authBed.js';

const file = fileCleanUp();
let store: Awaited<ReturnType<typeof startStore>>;
let anna: User;

before(async () => {
  store = await startStore(file);
  anna = await userOf('anna');
});

const open = (users: readonly User[] = [anna]) => openInstance({ users, store });
const dayMs = 86_400_000;
const refused = (message: string) => ({ code: 'SCORE_ERR_LOGIN_FAILED', message }) as const;

test('each use gives new tokens, and the old one is refused', async () => {
  const instance = open();
  let { refresh_token: token, access_token: last } = await instance.logins.logIn('anna', password);
  for (let i = 0; i < 3; i++) {
    const next = await instance.logins.refresh(token);
    assert.notEqual(next.refresh_token, token);
    assert.notEqual(next.access_token, last);
    assert.equal((await instance.callerWith(next.access_token)).name, 'anna');
    ({ refresh_token: token, access_token: last } = next);
  }
});

test('a token that was used and comes again ends what came from its login, and nothing else', async () => {
  const instance = open();
  const [stolen, elsewhere] = [
    await instance.logins.logIn('anna', password),
    await instance.logins.logIn('anna', password),
  ];
  const { refresh_token: next } = await instance.logins.refresh(stolen.refresh_token);
  await expectRejection(instance.logins.refresh(stolen.refresh_token), refused('was used before'));
  await expectRejection(instance.logins.refresh(next), refused('not valid'));
  assert.deepEqual(instance.log.lines, [
    'a refresh token was used twice; the tokens of its login are revoked',
  ]);
  await instance.logins.refresh(elsewhere.refresh_token);
});

test('of one token used many times at once at most one use succeeds, and its login ends', async () => {
  const instance = open();
  const { refresh_token: token } = await instance.logins.logIn('anna', password);
  const uses = await Promise.allSettled(Array.from({ length: 6 }, () => instance.logins.refresh(token)));
  const won = uses.filter((use) => use.status === 'fulfilled');
  assert.ok(won.length <= 1);
  for (const { value } of won) {
    await expectRejection(instance.logins.refresh(value.refresh_token), refused('not valid'));
  }
});

test('a token expires after 14 days without use', async () => {
  const instance = open();
  const [kept, left] = [
    await instance.logins.logIn('anna', password),
    await instance.logins.logIn('anna', password),
  ];
  instance.clock.move(14 * dayMs - 1);
  const { refresh_token: next } = await instance.logins.refresh(kept.refresh_token);
  instance.clock.move(1);
  await expectRejection(instance.logins.refresh(left.refresh_token), refused('expired refresh token'));
  instance.clock.move(14 * dayMs - 2);
  await instance.logins.refresh(next);
});

test('a login ends after 90 days, however often it is used', async () => {
  const instance = open();
  let { refresh_token: token } = await instance.logins.logIn('anna', password);
  for (let days = 0; days < 80; days += 10) {
    instance.clock.move(10 * dayMs);
    ({ refresh_token: token } = await instance.logins.refresh(token));
  }
  instance.clock.move(10 * dayMs - 1);
  ({ refresh_token: token } = await instance.logins.refresh(token));
  instance.clock.move(1);
  await expectRejection(instance.logins.refresh(token), refused('expired refresh token'));
});

test('a changed role, a new password and the end of a user count from the next use on', async () => {
  const { users } = open([]);
  await users.put({ name: 'root', role: 'Owner', passwordHash: anna.passwordHash }, 0);
  const instance = open([]);
  const put = (role: User['role'], passwordHash = anna.passwordHash) =>
    users.put({ name: 'carl', role, passwordHash }, 0);
  await put('Contributor');
  const first = await instance.logins.logIn('carl', password);
  await put('Reader');
  const second = await instance.logins.refresh(first.refresh_token);
  assert.equal((await instance.callerWith(first.access_token)).role, 'Contributor', 'until it expires');
  assert.equal((await instance.callerWith(second.access_token)).role, 'Reader');

  await put('Reader', (await userOf('carl')).passwordHash);
  await expectRejection(instance.logins.refresh(second.refresh_token), refused('is revoked'));

  const third = await instance.logins.logIn('carl', password);
  await users.remove('carl', 0);
  await expectRejection(instance.logins.refresh(third.refresh_token), refused('is revoked'));
});

test('who is asked for as of now has his present role, and none after his login or he himself has gone', async () => {
  const clock = new BatchClock();
  const { users } = openInstance({ store });
  const put = (role: User['role'], passwordHash = anna.passwordHash) =>
    users.put({ name: 'dan', role, passwordHash }, 0);
  await users.put({ name: 'root', role: 'Owner', passwordHash: anna.passwordHash }, 0);
  await put('Owner');
  const instance = openInstance({ store, clock });
  const { authenticator, logins } = instance;
  const open = async () => instance.callerWith((await logins.logIn('dan', password)).access_token);
  const first = await open();
  const roleOf = async (caller: Principal) => (await authenticator.asOfNow(caller)).role;
  assert.equal(await roleOf(first), 'Owner');
  await put('Reader');
  clock.move(5000);
  assert.equal(await roleOf(first), 'Reader', 'changed elsewhere, counts after 5 s');

  const ended = { code: 'SCORE_ERR_ACCESS_DENIED', message: 'log in again' } as const;
  const { refresh_token: used, access_token } = await logins.logIn('dan', password);
  const stolen = await instance.callerWith(access_token);
  const { refresh_token } = await logins.refresh(used);
  assert.equal(await roleOf(stolen), 'Reader');
  await expectRejection(logins.refresh(used), refused('was used before'));
  await expectRejection(roleOf(stolen), ended);
  await expectRejection(logins.refresh(refresh_token), refused('not valid'));
  assert.equal(await roleOf(first), 'Reader', 'another login');

  await instance.users.put(
    { name: 'dan', role: 'Reader', passwordHash: (await userOf('dan')).passwordHash },
    0,
  );
  await expectRejection(roleOf(first), ended);
  const last = await open();
  assert.equal(await roleOf(last), 'Reader');
  await instance.users.remove('dan', 0);
  await expectRejection(roleOf(last), ended);
});

test('users are looked up once in 5 s', async () => {
  const instance = open();
  const caller = await instance.callerWith((await instance.logins.logIn('anna', password)).access_token);
  await instance.authenticator.asOfNow(caller);
  const before = store.reads();
  for (let i = 0; i < 50; i++) await instance.authenticator.asOfNow(caller);
  assert.equal(store.reads(), before);
  instance.clock.move(5000);
  await Promise.all(Array.from({ length: 50 }, async () => instance.authenticator.asOfNow(caller)));
  assert.equal(store.reads(), before + 1);
});

test('a revoked token is refused, and what was never one cannot be revoked', async () => {
  const instance = open();
  const { refresh_token: token } = await instance.logins.logIn('anna', password);
  await instance.logins.revoke(token);
  for (const one of [token, '', 'x', '../keys', 'a'.repeat(65), `${token}x`]) {
    await expectRejection(instance.logins.revoke(one), refused('not valid'));
    await expectRejection(instance.logins.refresh(one), refused('not valid'));
  }
});

test('storage has no token in it that could be used', async () => {
  const instance = open();
  const { refresh_token: token, access_token } = await instance.logins.logIn('anna', password);
  for (const name of await stateBlobs(store)) {
    const found = await store.read({ container: 'state', name });
    const text = new TextDecoder().decode(found?.bytes);
    for (const secret of [token, token.slice(22), access_token]) {
      assert.ok(!text.includes(secret) && !name.includes(secret), name);
    }
  }
});

test('expired tokens and forgotten failures are removed, others stay', async () => {
  const instance = open();
  await instance.logins.logIn('anna', password);
  await expectRejection(instance.logins.logIn('anna', 'wrong'), { code: 'SCORE_ERR_LOGIN_FAILED' });
  const count = async () => (await stateBlobs(store, 'tokens/')).length;
  const kept = await count();
  assert.ok(kept > 0);
  instance.clock.move(14 * dayMs);
  await removeExpiredTokens(store, instance.clock);
  assert.equal(await count(), kept);
  assert.deepEqual(await stateBlobs(store, 'logins/'), []);
  instance.clock.move(dayMs);
  await removeExpiredTokens(store, instance.clock);
  assert.equal(await count(), 0);
  assert.ok((await stateBlobs(store)).includes('users.json'));
});
