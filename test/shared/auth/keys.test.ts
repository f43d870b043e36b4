import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { BlobStore } from '../../../shared/storage/blobStore.js';
import { BatchClock } from '../../support/batch.js';
import { expectRejection } from '../../support/expectFault.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { bearerOf, openInstance, startStore } from './authBed.js';

const file = fileCleanUp();
let store: BlobStore & { readonly reads: () => number };

before(async () => {
  store = await startStore(file);
});

const dayMs = 86_400_000;

const refused = { code: 'SCORE_ERR_ACCESS_DENIED', message: 'invalid key' } as const;

async function newKeys(instance: ReturnType<typeof openInstance>, client: string) {
  const { keys } = await instance.keys.put(client, { role: 'Reader', services: ['cars'] }, 0);
  assert.ok(keys);
  return keys;
}

test('both keys of a client call under its name, and it gets them once', async () => {
  const instance = openInstance({ store });
  const keys = await newKeys(instance, 'app');
  assert.match(keys.primary, /^wsk_[\w-]{43}$/);
  assert.notEqual(keys.primary, keys.secondary);
  for (const key of [keys.primary, keys.secondary]) {
    assert.deepEqual(await instance.callerWith(key), { name: 'key:app', role: 'Reader', services: ['cars'] });
  }
  const changed = await instance.keys.put('app', { role: 'Contributor', services: 'all' }, 0);
  assert.deepEqual(changed, { rules: { role: 'Contributor' } });
  assert.deepEqual(await instance.callerWith(keys.primary), { name: 'key:app', role: 'Contributor' });
  const stored = await store.read({ container: 'state', name: 'keys.json' });
  const text = new TextDecoder().decode(stored?.bytes);
  for (const key of Object.values(keys)) assert.ok(!text.includes(key.slice(4)));
});

test('one key is replaced while the other serves', async () => {
  const instance = openInstance({ store });
  const { primary, secondary } = await newKeys(instance, 'rotated');
  const next = await instance.keys.regenerate('rotated', 'primary', 0);
  await expectRejection(instance.callerWith(primary), refused);
  for (const key of [next, secondary]) assert.equal((await instance.callerWith(key)).name, 'key:rotated');
});

test('a key that is removed on one instance works on the others for at most 5 s', async () => {
  const clock = new BatchClock();
  const [one, other] = [openInstance({ store, clock }), openInstance({ store, clock })];
  const { primary } = await newKeys(one, 'leaver');
  await other.callerWith(primary);
  await one.keys.remove('leaver', 0);
  await expectRejection(one.callerWith(primary), refused);
  clock.move(5000);
  await expectRejection(other.callerWith(primary), refused);
});

test('a call with a known key is no promise; storage is asked beside it, once in a while', async () => {
  const instance = openInstance({ store });
  const { primary } = await newKeys(instance, 'busy');
  await instance.callerWith(primary);
  const header = bearerOf(primary);
  const before = store.reads();
  for (let i = 0; i < 100; i++) {
    assert.ok(!(instance.authenticator.callerOf({ header }) instanceof Promise));
  }
  assert.equal(store.reads(), before);
  instance.clock.move(2500);
  for (let i = 0; i < 100; i++) {
    assert.ok(!(instance.authenticator.callerOf({ header }) instanceof Promise));
  }
  assert.equal(store.reads(), before + 1);
});

test('made up keys cost storage no read of their own', async () => {
  const instance = openInstance({ store });
  await expectRejection(instance.callerWith('wsk_0'), refused);
  const before = store.reads();
  for (let i = 1; i < 100; i++) await expectRejection(instance.callerWith(`wsk_${i}`), refused);
  assert.equal(store.reads(), before);
});

test('keys that storage does not give are told as its fault, and work again with it', async () => {
  let isDown = false;
  const shaky: BlobStore = {
    ...store,
    read: (...given) => (isDown ? Promise.reject(new Error('down')) : store.read(...given)),
  };
  const instance = openInstance({ store: shaky });
  const { primary } = await newKeys(instance, 'shaky');
  await instance.callerWith(primary);
  isDown = true;
  instance.clock.move(4999);
  assert.equal((await instance.callerWith(primary)).name, 'key:shaky');
  instance.clock.move(1);
  await assert.rejects(instance.callerWith(primary), /down/);
  isDown = false;
  assert.equal((await instance.callerWith(primary)).name, 'key:shaky');
});

test('a key may also come as x-api-key, and a bearer goes before it', async () => {
  const { authenticator, ...instance } = openInstance({ store });
  const { primary } = await newKeys(instance as ReturnType<typeof openInstance>, 'headers');
  const callerOf = async (headers: Record<string, string>) =>
    authenticator.callerOf({ header: (name) => headers[name] });
  assert.equal((await callerOf({ 'x-api-key': primary })).name, 'key:headers');
  assert.equal((await callerOf({ authorization: `bearer  ${primary}` })).name, 'key:headers');
  assert.equal((await callerOf({ authorization: 'Basic YTpi', 'x-api-key': primary })).name, 'key:headers');
  await expectRejection(callerOf({ authorization: 'Bearer wsk_x', 'x-api-key': primary }), refused);
});

test('a change that names no models keeps those of the client, until all are asked for', async () => {
  const { keys } = openInstance({ store });
  const cars = ['cars'];
  await keys.put('kept', { role: 'Reader', services: cars }, 0);
  const { rules } = await keys.put('kept', { role: 'Contributor' }, 0);
  assert.deepEqual(rules, { role: 'Contributor', services: cars });
  await expectRejection(keys.put('kept', { role: 'Owner' }, 0), {
    code: 'SCORE_ERR_REQUEST_FIELD',
    pointer: '/services',
  });
  assert.deepEqual((await keys.put('kept', { role: 'Owner', services: 'all' }, 0)).rules, { role: 'Owner' });
});

test('the name of a removed client is held as long as its jobs', async () => {
  const { keys } = openInstance({ store });
  await keys.put('heir', { role: 'Reader' }, 0);
  await keys.remove('heir', 1000);
  const held = { code: 'SCORE_ERR_ACCOUNT_NAME_HELD', message: 'heir' } as const;
  await expectRejection(keys.put('heir', { role: 'Reader' }, 1000 + 30 * dayMs - 1), held);
  await keys.put('someone', { role: 'Reader' }, 1000);
  await expectRejection(keys.put('heir', { role: 'Reader' }, 2000), held);
  assert.ok((await keys.put('heir', { role: 'Reader' }, 1000 + 30 * dayMs)).keys);
});

test('an access token is no key', async () => {
  const instance = openInstance({ store });
  const token = await instance.tokenFor({ name: 'anna', role: 'Owner' });
  const header = (name: string) => (name === 'x-api-key' ? token : undefined);
  await expectRejection(
    Promise.resolve().then(() => instance.authenticator.callerOf({ header })),
    {
      code: 'SCORE_ERR_ACCESS_DENIED',
      message: 'x-api-key takes keys alone',
    },
  );
});

test('clients that are not there can be neither changed nor removed, and their number is bounded', async () => {
  const instance = openInstance({ store });
  const missing = { code: 'SCORE_ERR_CLIENT_NOT_FOUND' } as const;
  await expectRejection(instance.keys.regenerate('nobody-here', 'primary', 0), missing);
  await expectRejection(instance.keys.remove('nobody-here', 0), missing);
  const found = await store.read({ container: 'state', name: 'keys.json' });
  const { clients } = JSON.parse(new TextDecoder().decode(found?.bytes)) as { clients: object[] };
  const [first] = clients;
  const full = Array.from({ length: 500 }, (_, i) => ({ ...first, client: `many-${i}` }));
  await store.put(
    { container: 'state', name: 'keys.json' },
    new TextEncoder().encode(JSON.stringify({ clients: full })),
  );
  await expectRejection(instance.keys.put('one-more', { role: 'Reader' }, 0), {
    code: 'SCORE_ERR_ACCOUNTS_FULL',
  });
  assert.equal((await instance.keys.put('many-0', { role: 'Reader' }, 0)).keys, undefined);
});
