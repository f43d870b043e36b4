import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { before, test } from 'node:test';
import type { Failures } from '../../../shared/auth/login/failureBuckets.js';
import { lockedForMs, LoginFailures, oneMore } from '../../../shared/auth/login/loginFailures.js';
import type { User } from '../../../shared/auth/users/user.js';
import type { BlobStore } from '../../../shared/storage/blobStore.js';
import { BatchClock } from '../../support/batch.js';
import { expectRejection } from '../../support/expectFault.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { openInstance, password, startStore, stateBlobs, userOf, type Instance } from './authBed.js';

const file = fileCleanUp();
let store: BlobStore;
let users: readonly User[];
const names = ['anna', 'bo', 'carl', 'dora'];

before(async () => {
  store = await startStore(file);
  users = await Promise.all(names.map((name) => userOf(name)));
});

const wrong = { code: 'SCORE_ERR_LOGIN_FAILED', message: 'user name or password is wrong' } as const;

async function failTimes(instance: Instance, name: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await expectRejection(instance.logins.logIn(name, 'wrong'), wrong);
}

async function lockedS(instance: Instance, name: string, given = password): Promise<number | undefined> {
  const expected = { code: 'SCORE_ERR_LOGIN_LOCKED' } as const;
  return (await expectRejection(instance.logins.logIn(name, given), expected)).retryAfterS;
}

test('the lock doubles from 30 s to 15 minutes, and a day without failures forgets them', () => {
  let failures: Failures | undefined;
  const locks = Array.from({ length: 12 }, () => {
    failures = oneMore(failures, 1000);
    return lockedForMs(failures, 1000) / 1000;
  });
  assert.deepEqual(locks, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
  assert.equal(lockedForMs({ count: 5, lastMs: 1000 }, 31_000), 0);
  const dayMs = 86_400_000;
  assert.equal(oneMore({ count: 9, lastMs: 0 }, dayMs).count, 10);
  assert.equal(oneMore({ count: 9, lastMs: 0 }, dayMs + 1).count, 1);
});

test('after five failures a name is locked on every instance, and a success forgets them', async () => {
  const clock = new BatchClock();
  const [one, other] = [openInstance({ users, store, clock }), openInstance({ users, store, clock })];
  await failTimes(one, 'anna', 3);
  await failTimes(other, 'anna', 2);
  assert.equal(await lockedS(one, 'anna'), 30, 'the right password too');
  assert.equal(await lockedS(other, 'anna'), 30);
  clock.move(29_500);
  assert.equal(await lockedS(one, 'anna'), 1);
  clock.move(500);
  await failTimes(one, 'anna', 1);
  assert.equal(await lockedS(other, 'anna'), 60);
  clock.move(60_000);
  assert.equal((await other.logins.logIn('anna', password)).token_type, 'Bearer');
  await failTimes(one, 'anna', 4);
  await one.logins.logIn('anna', password);
});

test('a name that nobody has is locked alike, on every instance', async () => {
  const clock = new BatchClock();
  const [one, other] = [openInstance({ users, store, clock }), openInstance({ users, store, clock })];
  const strange = ['eve', '../users', 'a'.repeat(500), ''];
  for (const name of strange) {
    await failTimes(one, name, 3);
    await failTimes(other, name, 2);
    for (const instance of [one, other]) assert.equal(await lockedS(instance, name, 'x'), 30, name);
  }
  for (const name of await stateBlobs(store, 'logins/')) assert.match(name, /^logins\/\d{1,4}\.json$/);
  clock.move(30_000);
  await failTimes(one, 'eve', 1);
  assert.equal(await lockedS(other, 'eve'), 60);
});

test('a login makes the same calls of storage whether there is the user or not', async () => {
  const calls: string[] = [];
  const watched: BlobStore = {
    ...store,
    read: (blob, ...more) => {
      calls.push(`read ${blob.name.split('/')[0]}`);
      return store.read(blob, ...more);
    },
    put: (blob, ...more) => {
      calls.push(`put ${blob.name.split('/')[0]}`);
      return store.put(blob, ...more);
    },
  };
  const instance = openInstance({ users, store: watched });
  const callsOf = async (name: string) => {
    calls.length = 0;
    await failTimes(instance, name, 1);
    return calls.slice();
  };
  const known = await callsOf('dora');
  assert.deepEqual(known, ['read logins', 'read users.json', 'read logins', 'put logins']);
  assert.deepEqual(await callsOf('doris'), known);
});

test('a full bucket counts its further names together, and gives nobody more guesses', async () => {
  const clock = new BatchClock();
  const failures = new LoginFailures(undefined, clock);
  const bucketOf = (name: string) => Number.parseInt(hash('sha256', name).slice(0, 8), 16) % 1024;
  const alike: string[] = [];
  for (let i = 0; alike.length < 205; i++) if (bucketOf(`n${i}`) === 7) alike.push(`n${i}`);
  for (const name of alike.slice(0, 200)) await failures.begin(name);
  for (let i = 0; i < 5; i++) await failures.begin(alike[200 + (i % 4)] ?? '');
  const locked = { code: 'SCORE_ERR_LOGIN_LOCKED' } as const;
  await expectRejection(failures.begin(alike[204] ?? ''), locked);
  await failures.begin(alike[0] ?? '');
  clock.move(24 * 3_600_000 + 1);
  await failures.begin(alike[204] ?? '');
});

test('a new password unlocks the name', async () => {
  const instance = openInstance({ users, store });
  await failTimes(instance, 'zora', 5);
  assert.equal(await lockedS(instance, 'zora'), 30);
  await instance.forgetFailures('zora');
  await failTimes(instance, 'zora', 1);
});

test('of many guesses at once, on two instances, exactly five are compared', async () => {
  const clock = new BatchClock();
  const instances = [openInstance({ users, store, clock }), openInstance({ users, store, clock })];
  const guesses = Array.from({ length: 16 }, (_, i) =>
    (instances[i % 2] as Instance).logins
      .logIn('bo', 'wrong')
      .catch((error: unknown) => (error as { code: string }).code),
  );
  const codes = await Promise.all(guesses);
  assert.equal(codes.filter((code) => code === 'SCORE_ERR_LOGIN_FAILED').length, 5);
  assert.equal(codes.filter((code) => code === 'SCORE_ERR_LOGIN_LOCKED').length, 11);
});

test('many logins of one user at once all succeed', async () => {
  const instance = openInstance({ users, store });
  const answers = await Promise.all(Array.from({ length: 8 }, () => instance.logins.logIn('carl', password)));
  assert.equal(new Set(answers.map(({ access_token }) => access_token)).size, 8);
});

test('without storage users of the setting log in, are locked in memory, and get no refresh token', async () => {
  const instance = openInstance({ users, tokenSecrets: ['s'.repeat(32)] });
  const answer = await instance.logins.logIn('anna', password);
  assert.equal(answer.refresh_token, '');
  assert.equal((await instance.callerWith(answer.access_token)).name, 'anna');
  await expectRejection(instance.logins.refresh('x'), { code: 'SCORE_ERR_STORAGE_MISSING' });
  await failTimes(instance, 'dora', 5);
  assert.equal(await lockedS(instance, 'dora'), 30);
  const neither = openInstance({ users });
  await expectRejection(neither.logins.logIn('anna', 'wrong'), wrong);
  await expectRejection(neither.logins.logIn('anna', password), {
    code: 'SCORE_ERR_STORAGE_MISSING',
    message: 'WARMSTART_TOKEN_SECRET',
  });
});

test('where access is off any name and password do, everybody may call, and no token is good elsewhere', async () => {
  const tokenSecrets = ['s'.repeat(32)];
  const off = openInstance({ mode: 'off', users, store, tokenSecrets });
  const answer = await off.logins.logIn('anna', 'anything');
  assert.deepEqual(Object.keys(answer), [
    'token_type',
    'access_token',
    'expires_in',
    'expires_on',
    'refresh_token',
  ]);
  assert.equal((await off.callerWith('what you like')).role, 'Owner');
  assert.notEqual((await off.logins.refresh('anything')).access_token, '');
  await off.logins.revoke('anything');
  for (const secrets of [tokenSecrets, []]) {
    const on = openInstance({ users, store, tokenSecrets: secrets, clock: off.clock });
    await on.logins.logIn('anna', password);
    await expectRejection(on.callerWith(answer.access_token), { code: 'SCORE_ERR_ACCESS_DENIED' });
    await expectRejection(on.logins.refresh(answer.refresh_token), { code: 'SCORE_ERR_LOGIN_FAILED' });
  }
});
