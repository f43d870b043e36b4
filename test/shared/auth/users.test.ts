import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { requireFree, withGone, type GoneName } from '../../../shared/auth/goneNames.js';
import { makeFirstUser } from '../../../shared/auth/users/firstUser.js';
import { UserStore } from '../../../shared/auth/users/userStore.js';
import type { User } from '../../../shared/auth/users/user.js';
import { decoyHash } from '../../../shared/auth/login/passwordHash.js';
import { systemClock } from '../../../shared/clock.js';
import type { BlobStore } from '../../../shared/storage/blobStore.js';
import { expectRejection } from '../../support/expectFault.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { openInstance, startStore } from './authBed.js';

const file = fileCleanUp();
let store: BlobStore;

before(async () => {
  store = await startStore(file);
});

const user = (name: string, role: User['role'] = 'Reader'): User => ({
  name,
  role,
  passwordHash: decoyHash,
});
const dayMs = 86_400_000;
const options = { goneKeptMs: 30 * dayMs, onChange: () => undefined };
const stored = (...fixed: readonly User[]) => new UserStore(fixed, () => store, options);

test('the first user is an Owner, made once by whoever comes first, with a password that works', async () => {
  const [one, other] = [openInstance({ store }), openInstance({ store })];
  const made = await Promise.all([
    makeFirstUser(one.users, systemClock),
    makeFirstUser(other.users, systemClock),
  ]);
  const [admin, ...more] = made.filter((found) => found !== undefined);
  assert.ok(admin);
  assert.deepEqual(more, []);
  assert.equal(admin.name, 'admin');
  const { access_token } = await one.logins.logIn(admin.name, admin.password);
  assert.equal((await other.callerWith(access_token)).role, 'Owner');
  assert.equal(await makeFirstUser(one.users, systemClock), undefined);
});

test('no first user is made without storage, or where the setting has one', async () => {
  assert.equal(await makeFirstUser(new UserStore([], undefined, options), systemClock), undefined);
  const empty = { ...store, find: () => Promise.resolve(undefined) };
  const users = new UserStore([user('anna')], () => empty, options);
  assert.equal(await makeFirstUser(users, systemClock), undefined);
});

test('users are made, changed, listed by name and removed', async () => {
  const users = stored(user('zoe', 'Owner'));
  assert.equal(await users.put(user('bo'), 5), 'made');
  assert.equal(await users.put({ name: 'bo', role: 'Contributor' }, 6), 'changed');
  assert.deepEqual(await users.find('bo'), { ...user('bo', 'Contributor'), createdMs: 5 });
  assert.equal(await users.find('Bo'), undefined, 'letter case counts');
  assert.equal(await users.find('constructor'), undefined);
  const listed = await users.list();
  assert.deepEqual(
    listed.map(({ name, role, isFixed }) => [name, role, isFixed]),
    [
      ['admin', 'Owner', false],
      ['bo', 'Contributor', false],
      ['zoe', 'Owner', true],
    ],
  );
  await users.remove('bo', 0);
  assert.equal(await users.find('bo'), undefined);
  await expectRejection(users.remove('bo', 0), { code: 'SCORE_ERR_USER_NOT_FOUND' });
  assert.equal(await users.put({ name: 'bo', role: 'Reader' }, 7), undefined, 'nobody to change');
});

test('the name of a removed user is held for as long as jobs are kept', async () => {
  const users = stored(user('zoe', 'Owner'));
  await users.put(user('gone'), 0);
  await users.remove('gone', 1000);
  const held = { code: 'SCORE_ERR_ACCOUNT_NAME_HELD', message: 'gone' } as const;
  await expectRejection(users.put(user('gone'), 1000 + 30 * dayMs - 1), held);
  await users.put(user('other'), 1000);
  await expectRejection(users.put(user('gone'), 2000), held);
  assert.equal(await users.put(user('gone'), 1000 + 30 * dayMs), 'made');
});

test('held names are bounded: beyond 1,000 the oldest is free', () => {
  let gone: readonly GoneName[] = [];
  for (let i = 0; i < 1001; i++) gone = withGone(gone, `user-${i}`, i, Infinity);
  assert.equal(gone.length, 1000);
  requireFree(gone, 'user-0', 2000, Infinity);
  assert.throws(() => {
    requireFree(gone, 'user-1', 2000, Infinity);
  }, /held for good/);
});

test('users of the setting go before those of storage, and are not changed over HTTP', async () => {
  await stored().put(user('carl'), 0);
  const users = stored(user('carl', 'Contributor'));
  assert.equal((await users.find('carl'))?.role, 'Contributor');
  assert.equal((await users.list()).filter(({ name }) => name === 'carl').length, 1);
  const fixed = { code: 'SCORE_ERR_USER_FIXED', message: 'WARMSTART_USERS' } as const;
  await expectRejection(users.put(user('carl', 'Owner'), 0), fixed);
  await expectRejection(users.remove('carl', 0), fixed);
});

test('the last Owner stays, unless the setting has another', async () => {
  const last = { code: 'SCORE_ERR_USER_LAST_OWNER' } as const;
  await expectRejection(stored().remove('admin', 0), last);
  await expectRejection(stored().put({ name: 'admin', role: 'Reader' }, 0), last);
  await stored().put(user('dora', 'Owner'), 0);
  await stored().remove('admin', 0);
  await stored(user('zoe', 'Owner')).remove('dora', 0);
});

test('without storage users can be read, not changed', async () => {
  const users = new UserStore([user('anna')], undefined, options);
  assert.equal((await users.find('anna'))?.name, 'anna');
  assert.equal((await users.list()).length, 1);
  await expectRejection(users.put(user('bo'), 0), { code: 'SCORE_ERR_STORAGE_MISSING' });
});
