import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
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

const deadPid = spawnSync(process.execPath, ['-e', '']).pid;

function record(launcher: { pid: number; born: string | null }): string {
  return JSON.stringify({ token: 'of-another', startedAt: '', port: 7071, launcher, server: null });
}

async function acquire(file: string): Promise<Lock> {
  const { lock } = await (await tool).acquireLock(file);
  assert.ok(lock, 'the lock is free');
  return lock;
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
  assert.equal((await (await tool).acquireLock(file)).lock, undefined);
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
