import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { instanceIdOf, Presence, type PresenceOptions } from '../../shared/presence.js';
import { openBlobStore } from '../../shared/storage/azureBlobStore.js';
import { listAll, type BlobStore } from '../../shared/storage/blobStore.js';
import { systemClock } from '../../shared/clock.js';
import { startAzurite } from '../support/azurite.js';
import { KeptLog } from '../support/startServices.js';
import { fileCleanUp } from '../support/temporaryDir.js';
import { TestClock } from '../support/testClock.js';

const file = fileCleanUp();
let store: BlobStore;
let written = Promise.resolve();

before(async () => {
  const { connectionString } = await startAzurite(file);
  const opened = openBlobStore({
    connection: connectionString,
    clock: systemClock,
    log: new KeptLog(),
    random: () => 0,
  });
  store = {
    ...opened,
    put(...given) {
      const put = opened.put(...given);
      written = put.then(() => undefined);
      return put;
    },
  };
});

const pool = { threads: 2, usable: 2, busy: 1, waiting: 3, queueLimit: 256 };

function presenceOf(id: string, clock: TestClock, options: Partial<PresenceOptions> = {}): Presence {
  const log = new KeptLog();
  return new Presence({ id, version: '1.2.3', store: () => store, pool: () => pool, clock, log, ...options });
}

/** A call that is answered when it is time to tell. */
async function tell(presence: Presence, clock: TestClock): Promise<void> {
  clock.move(60_000);
  presence.touch();
  clock.move(100);
  await written;
}

const idsOf = async (presence: Presence) => (await presence.live()).map(({ id }) => id);

async function storedIds(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of listAll(store, 'state', 'instances/')) names.push(name);
  return names;
}

test('instances that are called know of each other, with their figures', async () => {
  const clock = new TestClock();
  const [a, b] = [presenceOf('a', clock), presenceOf('b', clock)];
  assert.deepEqual(await idsOf(a), ['a'], 'one that was not called knows of itself');
  await tell(b, clock);
  assert.deepEqual(await idsOf(a), ['a', 'b']);
  const other = (await a.live()).find(({ id }) => id === 'b');
  assert.deepEqual(other, { id: 'b', version: '1.2.3', seenMs: clock.wallMs(), pool });
});

test('one that was not seen for three minutes is gone, and what it left is removed', async () => {
  const clock = new TestClock();
  clock.move(3_600_000);
  const [c, d] = [presenceOf('c', clock), presenceOf('d', clock)];
  await tell(c, clock);
  clock.move(180_000);
  assert.ok((await idsOf(d)).includes('c'));
  clock.move(1);
  assert.deepEqual(await idsOf(d), ['d']);
  assert.deepEqual(await storedIds(), []);
});

test('it tells at most once a minute, and never without a call', async () => {
  const clock = new TestClock();
  let told = 0;
  const counting = { ...store, put: () => Promise.resolve({ etag: String(++told) }) };
  const presence = presenceOf('e', clock, { store: () => counting });
  presence.touch();
  clock.move(1000);
  assert.equal(told, 0, 'the first calls have the thread for themselves');
  clock.move(1000);
  presence.touch();
  clock.move(100);
  assert.equal(told, 1);
  for (let second = 0; second < 59; second++) {
    presence.touch();
    clock.move(1000);
  }
  assert.equal(told, 1);
  clock.move(3_600_000);
  assert.equal(told, 1, 'nobody called');
  assert.equal(clock.alarms, 0);
  await new Promise(setImmediate);
  presence.touch();
  clock.move(100);
  assert.equal(told, 2);
});

test('a fault of storage is one line of the log, and the next minute tells again', async () => {
  const clock = new TestClock();
  const log = new KeptLog();
  const failing = { ...store, put: () => Promise.reject(new Error('no storage')) };
  const presence = presenceOf('f', clock, { store: () => failing, log });
  for (let minute = 0; minute < 3; minute++) {
    clock.move(60_000);
    presence.touch();
    clock.move(100);
    await new Promise(setImmediate);
  }
  assert.equal(log.lines.length, 1);
  assert.match(String(log.lines[0]), /could not tell of itself/);
});

test('without storage an instance is alone and tells nobody', async () => {
  const clock = new TestClock();
  const presence = presenceOf('g', clock, { store: undefined });
  clock.move(60_000);
  presence.touch();
  assert.equal(clock.alarms, 0);
  assert.deepEqual(await idsOf(presence), ['g']);
});

test('what others put into the folder disturbs nobody', async () => {
  const clock = new TestClock();
  await store.put({ container: 'state', name: 'instances/stray' }, new Uint8Array(3), {
    metadata: { seen: 'never', threads: '-1' },
  });
  assert.deepEqual(await idsOf(presenceOf('h', clock)), ['h']);
});

test('the id is random, behind a hash of the name that the platform gives', () => {
  const newId = () => '0123456789-abc';
  assert.equal(instanceIdOf(undefined, newId), '01234567');
  const named = instanceIdOf('secret-of-the-platform', newId);
  assert.match(named, /^[0-9a-f]{8}-01234567$/);
  assert.notEqual(named, instanceIdOf('another', newId));
});
