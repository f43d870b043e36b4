import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Principal } from '../../../shared/auth/principal.js';
import type { BlobStore } from '../../../shared/storage/blobStore.js';
import { BatchClock } from '../../support/batch.js';
import { expectRejection } from '../../support/expectFault.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { bearerOf, openInstance, startStore, stateBlobs } from './authBed.js';

const file = fileCleanUp();
let store: BlobStore & { readonly reads: () => number };

before(async () => {
  store = await startStore(file);
});

const anna: Principal = { name: 'anna', role: 'Contributor' };
const secret = 'one secret of enough characters.';
const other = 'another one of enough characters';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const invalid = { code: 'SCORE_ERR_ACCESS_DENIED', message: 'invalid access token' } as const;
const expired = { code: 'SCORE_ERR_ACCESS_DENIED', message: /^expired access token/ } as const;

const partsOf = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);

test('a token tells who calls for an hour, then it has expired', async () => {
  const instance = openInstance({ tokenSecrets: [secret] });
  const token = await instance.tokenFor(anna);
  assert.deepEqual(await instance.callerWith(token), anna);
  instance.clock.move(hourMs - 1000);
  assert.deepEqual(await instance.callerWith(token), anna);
  instance.clock.move(1000);
  await expectRejection(instance.callerWith(token), expired);
  // as an instance that has not seen it before
  await expectRejection(
    openInstance({ tokenSecrets: [secret], clock: instance.clock }).callerWith(token),
    expired,
  );
});

test('a token that was verified is known without a promise', async () => {
  const instance = openInstance({ tokenSecrets: [secret] });
  const { authenticator } = instance;
  const header = bearerOf(await instance.tokenFor(anna));
  assert.ok(authenticator.callerOf({ header }) instanceof Promise);
  await authenticator.callerOf({ header });
  assert.deepEqual(authenticator.callerOf({ header }), anna);
});

test('a token is a JWT of HS512 with the agreed claims', async () => {
  const instance = openInstance({ tokenSecrets: [secret] });
  const [head = {}, claims = {}] = partsOf(await instance.tokenFor(anna));
  assert.deepEqual([head.alg, head.typ, typeof head.kid], ['HS512', 'JWT', 'string']);
  const issuedS = Math.floor(instance.clock.wallMs() / 1000);
  const { jti, ...rest } = claims;
  assert.deepEqual(rest, {
    role: 'Contributor',
    iss: 'warmstart',
    sub: 'anna',
    iat: issuedS,
    exp: issuedS + 3600,
  });
  assert.equal(typeof jti, 'string');
});

test('what is no token of ours is refused', async () => {
  const instance = openInstance({ tokenSecrets: [secret] });
  const token = await instance.tokenFor(anna);
  const [head = '', claims = '', signature = ''] = token.split('.');
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [headParts, claimParts] = partsOf(token);
  const owner = encode({ ...claimParts, role: 'Owner' });
  for (const forged of [
    'x',
    'a.b.c',
    `${head}.${claims}.`,
    `${head}.${owner}.${signature}`,
    `${encode({ ...headParts, alg: 'none' })}.${owner}.`,
    `${encode({ ...headParts, alg: 'HS256' })}.${claims}.${signature}`,
    `${encode({ alg: 'HS512' })}.${claims}.${signature}`,
    `${token.slice(0, -4)}AAAA`,
    'x'.repeat(10_000),
    await openInstance({ tokenSecrets: [other] }).tokenFor(anna),
  ]) {
    await expectRejection(instance.callerWith(forged), invalid);
  }
  assert.deepEqual(await instance.callerWith(token), anna);
});

test('a call without credentials is told so', async () => {
  const { authenticator } = openInstance({ tokenSecrets: [secret] });
  const missing = { code: 'SCORE_ERR_ACCESS_DENIED', message: 'needs credentials' } as const;
  for (const value of [undefined, '', 'Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b']) {
    const header = (name: string) => (name === 'authorization' ? value : undefined);
    await expectRejection((async () => authenticator.callerOf({ header }))(), missing);
  }
});

test('the secret is replaced with overlap: the first one signs, all are accepted', async () => {
  const old = openInstance({ tokenSecrets: [secret] });
  const both = openInstance({ tokenSecrets: [other, secret], clock: old.clock });
  const next = openInstance({ tokenSecrets: [other], clock: old.clock });
  const [first, second] = [await old.tokenFor(anna), await both.tokenFor(anna)];
  assert.deepEqual(await both.callerWith(first), anna);
  assert.deepEqual(await next.callerWith(second), anna);
  await expectRejection(next.callerWith(first), invalid);
});

test('without a secret the key is made once for all instances, and kept', async () => {
  const clock = new BatchClock();
  const instances = Array.from({ length: 4 }, () => openInstance({ store, clock }));
  const tokens = await Promise.all(instances.map((one) => one.tokenFor(anna)));
  for (const one of instances) {
    for (const token of tokens) assert.deepEqual(await one.callerWith(token), anna);
  }
  assert.deepEqual(await stateBlobs(store), ['token-keys.json']);
  const keyIds = new Set(tokens.map((token) => partsOf(token)[0]?.kid));
  assert.equal(keyIds.size, 1);
  assert.deepEqual(await openInstance({ store, clock }).callerWith(tokens[0] ?? ''), anna, 'after a restart');
});

test('a key gets a successor after 30 days; tokens of the old one are accepted until they expire', async () => {
  const clock = new BatchClock();
  const [one, other] = [openInstance({ store, clock }), openInstance({ store, clock })];
  const keyOf = (token: string) => partsOf(token)[0]?.kid;
  const first = keyOf(await one.tokenFor(anna));
  await other.tokenFor(anna);
  clock.move(30 * dayMs + 1000);
  const last = await one.tokenFor(anna);
  assert.equal(keyOf(last), first, 'the new key is shown to the others before it signs');
  clock.move(60_000);
  const next = await one.tokenFor(anna);
  assert.notEqual(keyOf(next), first);
  for (const token of [last, next]) {
    assert.deepEqual(await other.callerWith(token), anna);
    assert.deepEqual(await openInstance({ store, clock }).callerWith(token), anna);
  }
  clock.move(hourMs - 61_000);
  assert.deepEqual(await openInstance({ store, clock }).callerWith(last), anna);
  clock.move(1000);
  await expectRejection(openInstance({ store, clock }).callerWith(last), expired);
  clock.move(hourMs + 1);
  await expectRejection(openInstance({ store, clock }).callerWith(last), invalid);
});

test('made up keys cost storage one read in 5 s', async () => {
  const instance = openInstance({ store });
  const strangers = await Promise.all(
    Array.from({ length: 50 }, () => openInstance({ tokenSecrets: [secret] }).tokenFor(anna)),
  );
  await instance.callerWith(await instance.tokenFor(anna));
  const before = store.reads();
  for (const token of strangers) await expectRejection(instance.callerWith(token), invalid);
  assert.equal(store.reads() - before, 0);
  instance.clock.move(5000);
  for (const token of strangers) await expectRejection(instance.callerWith(token), invalid);
  assert.equal(store.reads() - before, 1);
});

test('made up tokens cost storage that does not answer one read in 5 s, and hold nobody up', async () => {
  let isDown = false;
  const held = Promise.withResolvers<undefined>();
  let reads = 0;
  const shaky: BlobStore = {
    ...store,
    read: async (...given) => {
      if (!isDown) return store.read(...given);
      reads++;
      await held.promise;
      throw new Error('down');
    },
  };
  const clock = new BatchClock();
  const known = openInstance({ store: shaky, clock });
  const fresh = openInstance({ store: shaky, clock });
  const token = await known.tokenFor(anna);
  const second = await known.tokenFor(anna);
  await known.callerWith(token);
  isDown = true;
  clock.move(5 * 60_000);
  const forged = await Promise.all(
    Array.from({ length: 20 }, () => openInstance({ tokenSecrets: [secret], clock }).tokenFor(anna)),
  );
  assert.deepEqual(await known.callerWith(second), anna, 'storage is asked beside it');
  const refusals = Promise.all(forged.map((one) => expectRejection(known.callerWith(one), invalid)));
  const faults = Promise.all(forged.map((one) => assert.rejects(fresh.callerWith(one), /down/)));
  await assert.rejects(Promise.race([refusals, faults, Promise.reject(new Error('still asking'))]), /asking/);
  held.resolve(undefined);
  await Promise.all([refusals, faults]);
  assert.equal(reads, 2, 'one of each instance');
  for (const one of forged) await expectRejection(known.callerWith(one), invalid);
  await assert.rejects(fresh.callerWith(token), /down/);
  assert.equal(reads, 2);
  clock.move(5000);
  isDown = false;
  assert.deepEqual(await fresh.callerWith(token), anna);
});
