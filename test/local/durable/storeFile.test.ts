import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { HostFault } from '../../../local/hostFault.js';
import { DurableStore } from '../../../local/durable/sqliteStore.js';
import { writeUntilFull } from '../../support/smallDisk.js';
import { temporaryDir } from '../../support/temporaryDir.js';
import { episode, instance, raised, started } from './events.js';

const STORE = JSON.stringify(require.resolve('../../../local/durable/sqliteStore.js'));
const EVENTS = JSON.stringify(require.resolve('./events.js'));
/** Posts events to an instance `a` for ever and prints the number of each once it is acknowledged. */
const WRITER = `
  const { DurableStore } = require(${STORE});
  const { instance, raised, started } = require(${EVENTS});
  const { writeSync } = require('node:fs');
  const store = new DurableStore(process.argv[1]);
  const of = instance('a');
  store.create(of, started(of), false);
  for (let i = 1; ; i += 1) {
    store.post({ instanceId: 'a', event: { ...raised(String(i)), Input: 'x'.repeat(1_000) }, dueMs: 0 });
    writeSync(1, i + '\\n');
  }`;

function storeFile(t: TestContext): string {
  return join(temporaryDir(t), 'durable.db');
}

/** A closed store with 200 instances. */
function filled(t: TestContext): string {
  const file = storeFile(t);
  const store = new DurableStore(file);
  for (let i = 0; i < 200; i += 1) {
    const of = instance(`instance-${i}`, { input: JSON.stringify('i'.repeat(1_000)) });
    store.create(of, started(of), false);
    store.commit(episode(of, { events: [started(of)] }));
  }
  store.close();
  return file;
}

/** Opening is refused with one line that names the file, and nothing in its folder is changed. */
function refused(file: string, expected: RegExp): void {
  const dir = join(file, '..');
  const content = (): unknown =>
    readdirSync(dir)
      .filter((name) => !name.endsWith('-shm'))
      .map((name) => [name, readFileSync(join(dir, name), 'base64')])
      .filter(([, bytes]) => bytes !== '');
  const before = content();
  assert.throws(
    () => new DurableStore(file),
    (error: unknown) => {
      assert.ok(error instanceof HostFault);
      assert.match(error.message, expected);
      assert.ok(error.message.startsWith(`The store "${file}" `), error.message);
      assert.ok(!error.message.includes('\n'));
      return true;
    },
  );
  assert.deepEqual(content(), before);
}

function lastAcknowledged(stdout: string): number {
  const lines = stdout.split('\n').slice(0, -1);
  return Number(lines.at(-1) ?? 0);
}

/** Number of events in the store; they must be the first ones, in order. */
function storedEvents(file: string): number {
  const store = new DurableStore(file);
  const names = store.inbox('a', 0).map(({ event }) => ('Name' in event ? event.Name : ''));
  store.close();
  assert.deepEqual(
    names.slice(1),
    Array.from({ length: names.length - 1 }, (_, i) => String(i + 1)),
  );
  return names.length - 1;
}

test('a store that is closed and opened again holds what it held, and numbers go on', (t) => {
  const file = storeFile(t);
  const of = instance('a', { runtimeStatus: 'Running' });
  let store = new DurableStore(file);
  store.create(of, started(of), false);
  const activities = [{ taskId: 0, name: 'addOne', input: '1' }];
  store.commit(episode(of, { events: [started(of)], activities }));
  store.markStarted(store.activities(0, 1).map(({ id }) => id));
  store.post({ instanceId: 'a', event: raised('later'), dueMs: 50 });
  const all = (): unknown => [
    { ...store.instance('a') },
    store.history('a'),
    store.inbox('a', 99),
    store.activities(0, 9),
    store.nextDueMs(0),
  ];
  const before = all();
  store.close();
  store = new DurableStore(file);
  assert.deepEqual(all(), before);
  const ids = store.inbox('a', 99).map(({ id }) => id);
  store.post({ instanceId: 'a', event: raised('next'), dueMs: 60 });
  assert.ok(ids.every((id) => id < (store.inbox('a', 99).at(-1)?.id ?? 0)));
  store.close();
});

test('what was acknowledged outlives a process that is killed', async (t) => {
  const file = storeFile(t);
  const child = spawn(process.execPath, ['-e', WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (lastAcknowledged(stdout) > 300) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const acknowledged = lastAcknowledged(stdout);
  assert.ok(acknowledged > 300);
  // One more may have been written whose number was not printed yet.
  assert.ok([acknowledged, acknowledged + 1].includes(storedEvents(file)));
});

test('a disk that is full stops the writer with the name of the file, and what was acknowledged stays', (t) => {
  const { file, isMounted, status, stdout, stderr, copy } = writeUntilFull(t, WRITER, 'durable.db');
  assert.equal(status, 1, stderr);
  assert.ok(stderr.includes(`HostFault: The store "${file}" cannot be `), stderr);
  assert.match(stderr, isMounted ? /the disk is full/ : /cannot be read or written/);
  const acknowledged = lastAcknowledged(stdout);
  assert.ok(acknowledged > 20, stdout);
  assert.equal(storedEvents(copy), acknowledged);
});

test('a store from a newer version is refused and stays as it is', async (t) => {
  for (const where of ['file', 'log']) {
    await t.test(`version in the ${where}`, () => {
      const file = filled(t);
      const newer = new DatabaseSync(file);
      newer.exec('PRAGMA user_version = 2');
      if (where === 'file') newer.close();
      // Where it is left open, as by a process that was killed, the version stands in the log only.
      refused(
        file,
        /was written by a newer version of Warmstart; use that version or another --data folder\.$/,
      );
      if (where === 'log') newer.close();
    });
  }
});

test('a file that is damaged or no store is refused and stays as it is', async (t) => {
  const damaged = async (
    name: string,
    expected: RegExp,
    change: (bytes: Buffer) => Buffer,
  ): Promise<void> => {
    await t.test(name, () => {
      const file = filled(t);
      writeFileSync(file, change(readFileSync(file)));
      refused(file, expected);
    });
  };
  await damaged('no database', /is damaged.*\(file is not a database\)/, () =>
    Buffer.from('x'.repeat(5_000)),
  );
  await damaged('header', /is damaged/, (bytes) => bytes.fill(0xff, 0, 50));
  await damaged('middle', /is damaged/, (bytes) =>
    bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 8_192),
  );
  await damaged('cut off', /is damaged/, (bytes) => bytes.subarray(0, bytes.length / 2));
  await t.test('database of something else', () => {
    const file = storeFile(t);
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE t (a)');
    other.close();
    refused(file, /is not one of Warmstart's/);
  });
});

test('a file that cannot be made or is in use is refused', async (t) => {
  await t.test('no folder', () => {
    const file = join(temporaryDir(t), 'missing', 'durable.db');
    assert.throws(() => new DurableStore(file), {
      name: 'HostFault',
      message: /^The store ".*durable\.db" cannot be opened for writing/,
    });
  });
  await t.test('a folder in its place', () => {
    const file = storeFile(t);
    mkdirSync(file);
    assert.throws(() => new DurableStore(file), { name: 'HostFault' });
  });
  await t.test('in use', () => {
    const file = storeFile(t);
    const store = new DurableStore(file);
    assert.throws(() => new DurableStore(file), {
      name: 'HostFault',
      message: /is in use by another process/,
    });
    store.close();
  });
});

test('a start that was broken off and a log without its store are put aside', (t) => {
  const file = storeFile(t);
  for (const name of [`${file}.new`, `${file}-wal`, file]) writeFileSync(name, name === file ? '' : 'rest');
  new DurableStore(file).close();
  assert.ok(!existsSync(`${file}.new`));
  new DurableStore(file).close();
});
