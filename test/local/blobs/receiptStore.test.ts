import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ReceiptStore } from '../../../local/blobs/receiptStore.js';
import { writeUntilFull } from '../../support/smallDisk.js';
import { temporaryDir } from '../../support/temporaryDir.js';

const version = (blob: string, etag = '"1"') => ({ functionName: 'f', container: 'account/box', blob, etag });

test('each version stands in the queue once, what failed goes to its end', (t) => {
  const store = new ReceiptStore(':memory:');
  t.after(() => {
    store.close();
  });
  const ids = store.add([version('a'), version('b')]);
  assert.deepEqual(
    store.add([version('b'), version('a'), version('a', '"2"')]).slice(0, 2),
    ids.toReversed(),
  );
  const first = store.take();
  assert.deepEqual([first?.blob, first?.tries], ['a', 1]);
  store.again(first?.id ?? 0, true);
  assert.deepEqual([store.take()?.blob, store.take()?.etag], ['b', '"2"']);
  const again = store.take();
  assert.deepEqual([again?.blob, again?.etag, again?.tries], ['a', '"1"', 2]);
  store.again(again?.id ?? 0, false);
  assert.equal(store.take()?.tries, 2);
  assert.equal(store.take(), undefined);
});

test('a store that is opened again hands out what was not done', (t) => {
  const file = path.join(temporaryDir(t), 'receipts.db');
  const store = new ReceiptStore(file);
  store.add([version('a'), version('b'), version('c')]);
  store.add([version('settled')], true);
  store.done(store.take()?.id ?? 0);
  store.take();
  store.watch('f', 'account/box');
  store.close();
  const opened = new ReceiptStore(file);
  t.after(() => {
    opened.close();
  });
  assert.deepEqual(
    [opened.take(), opened.take(), opened.take()].map((one) => one && [one.blob, one.tries]),
    [['b', 2], ['c', 1], undefined],
  );
  assert.deepEqual(
    [opened.isWatched('f', 'account/box'), opened.isWatched('g', 'account/box')],
    [true, false],
  );
});

test('what a sweep has not seen is forgotten, in steps, except in the queue and what is newer', (t) => {
  const store = new ReceiptStore(':memory:');
  t.after(() => {
    store.close();
  });
  const many = Array.from({ length: 1200 }, (_, at) => version(`blob ${at}`));
  const ids = store.add(many, true);
  const [queued = 0] = store.add([version('queued')]);
  const lastId = store.lastId();
  const [newer = 0] = store.add([version('newer')], true);
  const kept = new Set([ids[0] ?? 0, ids[700] ?? 0]);
  let steps = 0;
  for (let at: number | undefined = 0; at !== undefined; steps++)
    at = store.forget('f', 'account/box', at, lastId, kept);
  assert.ok(steps > 2);
  const found = store.add([...many, version('queued'), version('newer')], true);
  const left = found.filter((id) => id <= newer);
  assert.deepEqual(left, [...kept, queued, newer]);
});

test('a file that cannot be used is named and stays as it is', (t) => {
  const file = (name: string): string => path.join(temporaryDir(t), name);
  const refused = (path: string, message: RegExp): void => {
    const before = readFileSync(path);
    assert.throws(() => new ReceiptStore(path), { name: 'HostFault', message });
    assert.deepEqual(readFileSync(path), before);
  };
  const damaged = file('damaged.db');
  writeFileSync(damaged, 'no database '.repeat(1000));
  refused(damaged, /^The store ".*damaged\.db" is damaged/);

  const newer = file('newer.db');
  new ReceiptStore(newer).close();
  const database = new DatabaseSync(newer);
  database.exec('PRAGMA user_version = 2');
  database.close();
  refused(newer, /^The store ".*newer\.db" was written by a newer version/);

  const other = file('other.db');
  const another = new DatabaseSync(other);
  another.exec('CREATE TABLE t (a)');
  another.close();
  refused(other, /^The store ".*other\.db" is not one of Warmstart's for this use/);

  const missing = path.join(file('nowhere'), 'receipts.db');
  assert.throws(() => new ReceiptStore(missing), {
    name: 'HostFault',
    message: /nowhere.*cannot be opened for writing/,
  });
});

/** Adds receipts and prints how many there are, until the process ends. */
const WRITER = `
const { ReceiptStore } = require(${JSON.stringify(require.resolve('../../../local/blobs/receiptStore.js'))});
const store = new ReceiptStore(process.argv[1]);
for (let count = 1; ; count++) {
  store.add([{ functionName: 'f', container: 'account/box', blob: 'x'.repeat(900) + count, etag: '"1"' }]);
  process.stdout.write(count + '\\n');
}`;

test('a disk that is full is a fault that names the file, and what was added stays', (t) => {
  const { file, status, stdout, stderr, copy } = writeUntilFull(t, WRITER, 'blobs.db');
  assert.equal(status, 1, stderr);
  assert.ok(stderr.includes(`HostFault: The store "${file}" cannot be `), stderr);
  const added = Number(stdout.trimEnd().split('\n').at(-1));
  assert.ok(added > 20, stdout);
  const store = new ReceiptStore(copy);
  let taken = 0;
  while (store.take() !== undefined) taken += 1;
  store.close();
  assert.equal(taken, added);
});
