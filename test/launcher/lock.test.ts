import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { importTool, launch, temporaryFolder, toolUrl, write } from './support.js';

interface Lock {
  update(changes: Readonly<Record<string, unknown>>): void;
  release(): void;
}
const tool = importTool('lock') as Promise<{
  acquireLock: (file: string) => Promise<{ lock?: Lock; holder?: { pid: number; port: number | null } }>;
}>;
const identity = importTool('processIdentity') as Promise<{
  identify: (pid: number) => { pid: number; born: string | null };
}>;

const fault = importTool('folderFault') as Promise<{
  explainFolderFault: (error: Error, folder: string) => Error;
}>;
const waiting = importTool('alone') as Promise<{
  alone: (root: string, work: () => unknown, limitMs: number) => Promise<unknown>;
}>;

const deadPid = spawnSync(process.execPath, ['-e', '']).pid;

function record(launcher: { pid: number; born: string | null }): string {
  return JSON.stringify({ token: 'of-another', startedAt: '', port: 7071, launcher, server: null });
}

async function acquire(file: string): Promise<Lock> {
  const { lock } = await (await tool).acquireLock(file);
  assert.ok(lock, 'the lock is free');
  return lock;
}

function setAgeSeconds(file: string, seconds: number): void {
  const time = new Date(Date.now() - seconds * 1000);
  utimesSync(file, time, time);
}

function lockFile(t: TestContext): string {
  return join(temporaryFolder(t), 'data', 'start.lock');
}

test('a held lock names its process and, once known, its port', async (t) => {
  const file = lockFile(t);
  const lock = await acquire(file);
  const { acquireLock } = await tool;
  assert.equal((await acquireLock(file)).holder?.port, null);
  lock.update({ port: 4711 });
  const { holder } = await acquireLock(file);
  assert.equal(holder?.pid, process.pid);
  assert.equal(holder.port, 4711);
  lock.release();
  assert.deepEqual(readdirSync(join(file, '..')), []);
});

test('the lock of a dead process is taken over', async (t) => {
  const file = lockFile(t);
  write(file, record({ pid: deadPid, born: null }));
  await acquire(file);
});

test(
  'a pid that was given out again does not hold the lock',
  { skip: process.platform === 'win32' },
  async (t) => {
    const file = lockFile(t);
    write(file, record({ pid: process.pid, born: 'some other time' }));
    await acquire(file);
  },
);

test('a serving process that outlives its launcher still holds the lock', async (t) => {
  const file = lockFile(t);
  const server = (await identity).identify(process.pid);
  write(file, JSON.stringify({ ...(JSON.parse(record({ pid: deadPid, born: null })) as object), server }));
  const { lock, holder } = await (await tool).acquireLock(file);
  assert.equal(lock, undefined);
  assert.equal(holder?.pid, process.pid, 'the one that can be ended is named');
});

test('a lock without start time and port is held as long as it is refreshed', async (t) => {
  const file = lockFile(t);
  const withoutPort = JSON.parse(record({ pid: process.pid, born: null })) as object;
  write(file, JSON.stringify({ ...withoutPort, port: null }));
  const { acquireLock } = await tool;
  setAgeSeconds(file, 20);
  assert.equal((await acquireLock(file)).holder?.pid, process.pid);
  setAgeSeconds(file, 31);
  await acquire(file);
});

test('a lock is refreshed while it is held', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const file = lockFile(t);
  const lock = await acquire(file);
  setAgeSeconds(file, 3600);
  t.mock.timers.tick(5000);
  assert.ok(Date.now() - statSync(file).mtimeMs < 60_000);
  lock.release();
  write(file, record({ pid: deadPid, born: null }));
  setAgeSeconds(file, 3600);
  t.mock.timers.tick(5000);
  assert.ok(Date.now() - statSync(file).mtimeMs > 60_000, 'not after its release');
});

test('update refuses when the lock is gone or belongs to somebody else by now', async (t) => {
  const file = lockFile(t);
  const lock = await acquire(file);
  const refused = { message: `${file} has been removed or taken by another process`, exitCode: 1 };
  write(file, record({ pid: process.pid, born: null }));
  assert.throws(() => {
    lock.update({ port: 1 });
  }, refused);
  assert.match(readFileSync(file, 'utf8'), /of-another/);
  rmSync(file);
  assert.throws(() => {
    lock.update({ port: 1 });
  }, refused);
  lock.release();
});

test('a folder that is a file is told in one line', async (t) => {
  const { acquireLock } = await tool;
  const data = join(temporaryFolder(t, { data: '' }), 'data');
  for (const [folder, code] of [
    [data, 'EEXIST'],
    [join(data, 'below'), 'ENOTDIR'],
  ] as const) {
    await assert.rejects(acquireLock(join(folder, 'start.lock')), {
      message: `the folder ${folder} cannot be used: it is not a folder (${code})`,
      exitCode: 1,
    });
  }
});

test('a file system that refuses is told in one line', async () => {
  const { explainFolderFault } = await fault;
  const explained = (code: string) => explainFolderFault(Object.assign(new Error(), { code }), '/data');
  assert.deepEqual(
    ['EACCES', 'EROFS', 'ENOSPC'].map((code) => explained(code).message),
    [
      'the folder /data cannot be used: this user may not write there (EACCES)',
      'the folder /data cannot be used: the file system is read-only (EROFS)',
      'the folder /data cannot be used: the disk is full (ENOSPC)',
    ],
  );
  const defect = new TypeError('x is not a function');
  assert.equal(explainFolderFault(defect, '/data'), defect);
});

test('who installs or builds is waited for, but not for ever', async (t) => {
  const root = temporaryFolder(t);
  await acquire(join(root, '.warmstart', 'prepare.lock'));
  const { alone } = await waiting;
  const said = t.mock.method(console, 'log', () => undefined);
  await assert.rejects(
    alone(root, () => assert.fail('not alone'), 60),
    {
      message: `process ${process.pid} still installs or builds in this folder after 0.001 minutes: end it, then start again`,
    },
  );
  assert.deepEqual(
    said.mock.calls.map(({ arguments: [line] }) => String(line)),
    [
      `warmstart: waiting for process ${process.pid}, which installs or builds in this folder (at most 0.001 minutes)`,
    ],
  );
});

test('a damaged lock is taken over', async (t) => {
  const file = lockFile(t);
  write(file, '{"token":');
  await acquire(file);
});

test('release leaves a lock alone that belongs to somebody else by now', async (t) => {
  const file = lockFile(t);
  const lock = await acquire(file);
  write(file, record({ pid: process.pid, born: null }));
  lock.release();
  assert.ok(existsSync(file));
});

test('of many processes that find a stale lock at once, one gets it', async (t) => {
  const file = lockFile(t);
  write(file, record({ pid: deadPid, born: null }));
  const script = `
    const { acquireLock } = await import(${JSON.stringify(toolUrl('lock'))});
    console.log('ready');
    process.stdin.once('data', async () => {
      const { lock, holder } = await acquireLock(${JSON.stringify(file)});
      console.log(lock ? 'won ' + process.pid : 'held by ' + holder.pid);
    });`;
  const racers = Array.from({ length: 6 }, () => launch(t, ['--input-type=module', '-e', script]));
  await Promise.all(racers.map((racer) => racer.line(/^ready$/)));
  for (const racer of racers) racer.child.stdin?.write('go\n');
  const results = await Promise.all(racers.map(async (racer) => (await racer.line(/^(won|held) /)).input));
  const owner = (JSON.parse(readFileSync(file, 'utf8')) as { launcher: { pid: number } }).launcher.pid;
  assert.deepEqual(
    results.filter((result) => result.startsWith('won')),
    [`won ${owner}`],
  );
  assert.equal(results.filter((result) => result === `held by ${owner}`).length, 5);
});
