import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { systemClock } from '../../../shared/clock.js';
import { BlobMirror } from '../../../shared/storage/blobMirror.js';
import type { BlobStore } from '../../../shared/storage/blobStore.js';
import { openBlobStore } from '../../../shared/storage/azureBlobStore.js';
import { startAzurite } from '../../support/azurite.js';
import { utf8 } from '../../support/bytes.js';
import { KeptLog } from '../../support/startServices.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { TestClock } from '../../support/testClock.js';

const file = fileCleanUp();
let store: BlobStore;

before(async () => {
  const { connectionString } = await startAzurite(file);
  store = openBlobStore({
    connection: connectionString,
    clock: systemClock,
    random: Math.random,
    log: new KeptLog(),
  });
});

interface Opened {
  readonly mirror: BlobMirror<string>;
  readonly clock: TestClock;
  /** What came, went and changed. */
  readonly changes: string[];
  /** Calls to storage. */
  readonly calls: string[];
  /** Called before each call to storage. */
  hold: (() => Promise<void>) | undefined;
  readonly put: (name: string, text: string) => Promise<void>;
  readonly look: (scope: string) => Promise<unknown>;
}

/** A mirror of the texts in a container of its own; names that begin with `-` are not mirrored. */
function open(container: string): Opened {
  const clock = new TestClock();
  const changes: string[] = [];
  const calls: string[] = [];
  const watched: BlobStore = {
    ...store,
    find: async (blob, signal) => {
      calls.push(`find ${blob.name}`);
      await opened.hold?.();
      return store.find(blob, signal);
    },
    read: async (blob, options) => {
      calls.push(`read ${blob.name}`);
      return store.read(blob, options);
    },
    list: async (from, prefix, options) => {
      calls.push(`list ${prefix}`);
      const page = await store.list(from, prefix, options);
      await opened.hold?.();
      return page;
    },
  };
  const mirror = new BlobMirror<string>({
    ...{ store: () => watched, clock, container, maxBytes: 100 },
    isMirrored: (name) => !name.startsWith('-'),
    parse: (_name, bytes) => new TextDecoder().decode(bytes),
    onChange: (name, from, to) => changes.push(`${name}: ${from ?? 'nothing'} -> ${to ?? 'nothing'}`),
  });
  const opened: Opened = {
    ...{ mirror, clock, changes, calls, hold: undefined },
    put: async (name, text) => {
      await store.put({ container, name }, utf8(text));
    },
    look: (scope) => mirror.look(scope, 10_000),
  };
  return opened;
}

test('a scope is made current as a whole: what came, went and changed, and nothing is read twice', async () => {
  const { mirror, changes, calls, put, look } = open('batches');
  await put('a/1', 'one');
  await put('a/2', 'two');
  await put('b/1', 'other');
  assert.equal(await look('a/'), undefined);
  assert.deepEqual(changes.sort(), ['a/1: nothing -> one', 'a/2: nothing -> two']);
  changes.length = 0;
  calls.length = 0;
  await put('a/1', 'ONE');
  await store.remove({ container: 'batches', name: 'a/2' });
  await look('a/');
  assert.deepEqual(changes.sort(), ['a/1: one -> ONE', 'a/2: two -> nothing']);
  assert.deepEqual(calls, ['list a/', 'read a/1']);
  await look('');
  assert.equal(mirror.get('b/1'), 'other');
  assert.equal(mirror.get('a/2'), undefined);
});

test('a single blob is asked for by its ETag, and read where it has changed', async () => {
  const { mirror, calls, put, look } = open('models');
  await put('x/1', 'one');
  await look('x/1');
  await look('x/1');
  assert.deepEqual(calls, ['find x/1', 'read x/1', 'find x/1']);
  await put('x/1', 'two');
  await look('x/1');
  assert.equal(mirror.get('x/1'), 'two');
  await store.remove({ container: 'models', name: 'x/1' });
  await look('x/1');
  assert.equal(mirror.get('x/1'), undefined);
});

test('what encloses a scope makes it current, not the other way round', async () => {
  const { mirror, clock, put, look } = open('uploads');
  await put('m/1/manifest', 'x');
  await look('m/');
  assert.ok(
    mirror.isCurrent('m/', 5000) &&
      mirror.isCurrent('m/1/manifest', 5000) &&
      mirror.isCurrent('m/2/manifest', 5000),
  );
  assert.ok(!mirror.isCurrent('', 5000) && !mirror.isCurrent('mm/', 5000));
  clock.move(5000);
  assert.ok(!mirror.isCurrent('m/1/manifest', 5000));
});

test('what is not mirrored and what is too large is not taken', async () => {
  const { mirror, put, look } = open('state');
  await put('-x', 'no');
  await put('large', 'x'.repeat(101));
  assert.equal(await look(''), undefined);
  assert.equal(mirror.get('-x'), undefined);
  assert.equal(mirror.get('large'), '');
});

test('a look that began before this process wrote does not undo what it wrote', async () => {
  const opened = open('batches');
  const { mirror, put, look } = opened;
  await put('own/old', 'old');
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const run = { isHeld: false };
  opened.hold = () => {
    run.isHeld = true;
    return released;
  };
  const looking = look('own/');
  while (!run.isHeld) await new Promise(setImmediate);
  // the list was made before this is there
  await put('own/new', 'new');
  const facts = await store.find({ container: 'batches', name: 'own/new' });
  mirror.put('own/new', facts?.etag ?? '', 'new');
  await store.remove({ container: 'batches', name: 'own/old' });
  mirror.drop('own/old');
  release();
  await looking;
  assert.equal(mirror.get('own/new'), 'new');
  assert.equal(mirror.get('own/old'), undefined);
});

test('after a change by this process whatever it touches is asked for again', async () => {
  const { mirror, calls, put, look } = open('models');
  await put('e/1/manifest', 'x');
  for (const scope of ['', 'e/', 'e/1/manifest', 'f/']) await look(scope);
  calls.length = 0;
  mirror.expire('e/');
  for (const scope of ['e/1/manifest', 'e/', '']) assert.ok(!mirror.isCurrent(scope, 5000), scope);
  assert.ok(mirror.isCurrent('f/', 5000));
});

test('names that nobody has do not fill the memory', async () => {
  const { mirror, look } = open('uploads');
  for (let i = 0; i < 1100; i++) await look(`nobody-${i}/`);
  assert.ok(!mirror.isCurrent('nobody-0/', 5000));
  assert.ok(mirror.isCurrent('nobody-1099/', 5000));
});
