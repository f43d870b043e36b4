import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { test } from 'node:test';
import {
  decoyHash,
  hashPassword,
  isPasswordHash,
  verifyPassword,
} from '../../../shared/auth/login/passwordHash.js';
import { openLoginGate } from '../../../shared/auth/login/loginGate.js';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { expectRejection } from '../../support/expectFault.js';

test('a password is verified by its own hash, and no other is', async () => {
  const hash = await hashPassword('sesame, öffne dich');
  assert.equal(await verifyPassword('sesame, öffne dich', hash), true);
  for (const other of ['', 'sesame', 'sesame, öffne dich ', hash]) {
    assert.equal(await verifyPassword(other, hash), false, other);
  }
});

test('how an accent was typed does not matter', async () => {
  const hash = await hashPassword('caf\u00e9-caf\u00e9');
  assert.equal(await verifyPassword('cafe\u0301-cafe\u0301', hash), true);
});

test('the hash of one password differs each time, and says how it was made', async () => {
  const [one, other] = await Promise.all([hashPassword('a'), hashPassword('a')]);
  assert.notEqual(one, other);
  const [, N, r, p, salt = '', hash] = one.split('$');
  const parameters = { N: Number(N), r: Number(r), p: Number(p), maxmem: 2 ** 27 };
  const expected = scryptSync('a', Buffer.from(salt, 'base64url'), 32, parameters).toString('base64url');
  assert.equal(hash, expected);
  assert.doesNotMatch(one, /[,:\s]/, 'it fits a list of a setting');
});

test('a hash made with other parameters is read with these', async () => {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync('a', salt, 64, { N: 2 ** 14, r: 8, p: 1 }).toString('base64url');
  const text = `scrypt$16384$8$1$${salt.toString('base64url')}$${hash}`;
  assert.equal(await verifyPassword('a', text), true);
  assert.equal(await verifyPassword('b', text), false);
});

test('the decoy is a hash as every other, and of no password', async () => {
  assert.equal(isPasswordHash(decoyHash), true);
  assert.equal(await verifyPassword('', decoyHash), false);
  const cost = (hash: string) => hash.split('$').slice(0, 4);
  assert.deepEqual(cost(decoyHash), cost(await hashPassword('a')));
});

test('what is no hash, is too cheap, or would take the memory of the instance is refused', async () => {
  const [salt, hash] = ['A'.repeat(22), 'A'.repeat(43)];
  for (const text of [
    '',
    'secret',
    `scrypt$32768$8$3$${salt}`,
    `scrypt$32767$8$3$${salt}$${hash}`,
    `scrypt$1024$8$3$${salt}$${hash}`,
    `scrypt$262144$8$1$${salt}$${hash}`,
    `scrypt$32768$99$3$${salt}$${hash}`,
    `scrypt$32768$8$99$${salt}$${hash}`,
    `scrypt$32768$0$3$${salt}$${hash}`,
    `scrypt$32768$8$3$$${hash}`,
    `scrypt$32768$8$3$${salt}$`,
    `scrypt$32768$8$3$${salt}$${'A'.repeat(400)}`,
    `bcrypt$32768$8$3$${salt}$${hash}`,
  ]) {
    assert.equal(isPasswordHash(text), false, text);
    assert.equal(await verifyPassword('', text), false, text);
  }
});

test('two hashes at once are made, a hundred wait, and one more is told to come again', async () => {
  const gate = openLoginGate();
  const held = Promise.withResolvers<undefined>();
  let started = 0;
  let looked = 0;
  const look = async () => {
    looked++;
    return Promise.resolve();
  };
  const tasks = Array.from({ length: 102 }, (_, i) =>
    gate(`user-${i}`, look, async () => {
      started++;
      await held.promise;
    }),
  );
  while (looked < 102) await turn();
  const fault = await expectRejection(
    gate('one-more', look, () => Promise.resolve()),
    { code: 'SCORE_ERR_QUEUE_FULL' },
  );
  assert.equal(fault.retryAfterS, 5);
  assert.equal(started, 2);
  held.resolve(undefined);
  await Promise.all(tasks);
  assert.equal(await gate('one-more', look, () => Promise.resolve('in')), 'in');
});

test('one name has one place, however many of its logins wait, and what is refused by the look has none', async () => {
  const gate = openLoginGate();
  const held = Promise.withResolvers<undefined>();
  const look = () => Promise.resolve();
  let started = 0;
  const tasks = Array.from({ length: 21 }, () =>
    gate('mallory', look, async () => {
      started++;
      await held.promise;
    }),
  );
  await expectRejection(
    gate('mallory', look, () => Promise.resolve()),
    {
      code: 'SCORE_ERR_QUEUE_FULL',
      message: 'of this name',
    },
  );
  const locked = Array.from({ length: 150 }, (_, i) =>
    expectRejection(
      gate(`locked-${i}`, () => Promise.reject(new ScoringError('SCORE_ERR_LOGIN_LOCKED', 'locked')), look),
      { code: 'SCORE_ERR_LOGIN_LOCKED' },
    ),
  );
  await Promise.all(locked);
  assert.equal(await gate('anna', look, () => Promise.resolve('in')), 'in');
  assert.equal(started, 1);
  held.resolve(undefined);
  await Promise.all(tasks);
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
