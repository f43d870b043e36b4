import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  dataFolder,
  holderPid,
  importTool,
  launch,
  projectRoot,
  temporaryFolder,
  toolUrl,
  write,
} from './support.js';
import { smallDisk } from '../support/smallDisk.js';
import { startIn, stubProject } from './stubProject.js';

interface KeptAzurite {
  readonly ports: Readonly<Record<string, number>>;
  readonly ready: Promise<boolean>;
  readonly problem: Promise<Error>;
  stop(): Promise<void>;
}
const limitsMs = { answer: 60_000, found: 60_000, end: 60_000 };
const tool = importTool('azurite') as Promise<{
  keepAzurite: (options: Readonly<Record<string, unknown>>) => Promise<KeptAzurite>;
}>;

async function keep(data: string, more: Readonly<Record<string, unknown>> = {}): Promise<KeptAzurite> {
  const { keepAzurite } = await tool;
  return keepAzurite({ root: projectRoot, node: process.execPath, dataDir: data, limitsMs, ...more });
}

function silence(t: TestContext): void {
  t.mock.method(console, 'log', () => undefined);
  t.mock.method(console, 'error', () => undefined);
}

test('storage that was left behind and hangs is named; a second one never starts', async (t) => {
  silence(t);
  const data = dataFolder(t);
  const first = await keep(data);
  assert.ok(await first.ready);
  const pid = holderPid(data);
  process.kill(pid, 'SIGSTOP');
  await assert.rejects(keep(data, { limitsMs: { ...limitsMs, found: 0 } }), {
    message: `storage (Azurite, process ${pid}) still runs on ${join(data, 'azurite')} but does not answer: end it (kill ${pid}), then start again`,
    exitCode: 1,
  });
  assert.equal(holderPid(data), pid);
  process.kill(pid, 'SIGCONT');
  await first.stop();
});

test('one that is just ending is waited for, then a new one starts on its ports', async (t) => {
  silence(t);
  const data = dataFolder(t);
  const first = await keep(data);
  assert.ok(await first.ready);
  const pid = holderPid(data);
  const stopped = first.stop();
  const second = await keep(data);
  assert.ok(await second.ready);
  assert.notEqual(holderPid(data), pid);
  assert.deepEqual(second.ports, first.ports);
  await Promise.all([stopped, second.stop()]);
});

test('a stop while storage starts leaves no process behind', async (t) => {
  silence(t);
  const data = dataFolder(t);
  const kept = await keep(data);
  await kept.stop();
  const { findAzurite } = (await importTool('azuriteProcess')) as {
    findAzurite: (dataDir: string) => Promise<{ process: unknown }>;
  };
  assert.equal((await findAzurite(data)).process, undefined);
});

test('storage that is killed while it ends is told: what was written last may be lost', async (t) => {
  t.mock.method(console, 'log', () => undefined);
  const complaints = t.mock.method(console, 'error', () => undefined);
  const data = dataFolder(t);
  const kept = await keep(data);
  assert.ok(await kept.ready);
  const pid = holderPid(data);
  process.kill(pid, 'SIGSTOP'); // SIGTERM waits behind it
  const stopped = kept.stop();
  process.kill(pid, 'SIGKILL');
  await stopped;
  assert.deepEqual(
    complaints.mock.calls.map(({ arguments: [line] }) => String(line)),
    ['warmstart: storage (Azurite) ended with SIGKILL; what was written last may be lost'],
  );
});

test('SIGTERM before Azurite listens to it ends it when it has started', async (t) => {
  const data = dataFolder(t);
  const script = join(temporaryFolder(t), 'azurite.js');
  write(
    script,
    `process.stdin.once('data', () => process.once('SIGTERM', () => { console.log('closed'); process.exit(0); })); console.log('loading');`,
  );
  const options = { script, args: [], lockFile: join(data, 'azurite.json'), details: { ports: {} } };
  const run = launch(t, [join(projectRoot, 'tools', 'azurite.mjs'), JSON.stringify(options)]);
  await run.line(/^loading$/);
  run.child.kill('SIGTERM');
  run.child.stdin?.write('go on\n');
  await run.line(/^closed$/);
  assert.deepEqual(await run.exit, { code: 0, signal: null });
});

test('a process that finds the data in use by another does not touch them', async (t) => {
  const data = dataFolder(t);
  const { acquireLock } = (await importTool('lock')) as {
    acquireLock: (file: string) => Promise<{ lock: { release(): void } }>;
  };
  const { lock } = await acquireLock(join(data, 'azurite.json'));
  const options = { script: '/none.js', args: [], lockFile: join(data, 'azurite.json'), details: {} };
  const run = launch(t, [join(projectRoot, 'tools', 'azurite.mjs'), JSON.stringify(options)]);
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.deepEqual(run.lines, [`its data is in use by process ${process.pid}`]);
  lock.release();
});

test('on other fixed ports the one that was left behind ends before a new one starts', async (t) => {
  silence(t);
  const data = dataFolder(t);
  const first = launch(t, [
    '--input-type=module',
    '-e',
    `const { keepAzurite } = await import(${JSON.stringify(toolUrl('azurite'))});
    const { ready } = await keepAzurite(${JSON.stringify({ root: projectRoot, node: process.execPath, dataDir: data })});
    await ready;
    process.kill(process.pid, 'SIGKILL');`,
  ]);
  await first.exit;
  const pid = holderPid(data);
  const { choosePorts } = (await importTool('storagePorts')) as {
    choosePorts: () => Promise<Record<string, number>>;
  };
  const fixedPorts = await choosePorts();
  const second = await keep(data, { fixedPorts });
  assert.ok(await second.ready);
  assert.notEqual(holderPid(data), pid);
  assert.deepEqual(second.ports, fixedPorts);
  await second.stop();
});

test('a full disk stops the start in one line that names the folder', async (t) => {
  const { dir: data, isMounted } = smallDisk(t);
  if (!isMounted) {
    t.skip('a file system cannot be mounted here');
    return;
  }
  // the lock still fits, the data of storage do not
  write(join(data, 'full'), 'x'.repeat(1024 * 1024 - 32_768));
  const run = startIn(t, stubProject(t), data, '--no-build');
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.deepEqual(run.lines, [
    `warmstart: the folder ${join(data, 'azurite')} cannot be used: the disk is full (ENOSPC)`,
  ]);
  assert.deepEqual(readdirSync(data).sort(), ['azurite', 'full']);
  assert.equal(readFileSync(join(data, 'full'), 'utf8').length, 1024 * 1024 - 32_768, 'nothing is lost');
});
