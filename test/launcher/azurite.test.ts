import assert from 'node:assert/strict';
import { BlobServiceClient } from '@azure/storage-blob';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startIn, stubProject } from './stubProject.js';
import { dataFolder, holderPid, importTool, until, write, type Launched } from './support.js';

const identity = importTool('processIdentity') as Promise<{
  isAlive: (one: { pid: number; born: null }) => boolean;
}>;

const storageReady =
  /^warmstart: storage: Azurite (still ran, taken over: )?\(process (\d+)\) on 127\.0\.0\.1/;

/** The stub app on a data folder; gives what it says once storage answers. */
async function start(t: TestContext, data: string): Promise<{ run: Launched; client: BlobServiceClient }> {
  const run = startIn(t, stubProject(t), data, '--no-build');
  const [, connectionString = ''] = await run.line(/^serving one .* storage (.*)$/);
  await run.line(storageReady);
  return { run, client: BlobServiceClient.fromConnectionString(connectionString) };
}

async function stop({ run }: { run: Launched }): Promise<void> {
  run.child.kill('SIGTERM');
  assert.deepEqual(await run.exit, { code: 0, signal: null });
}

async function assertGone(pid: number): Promise<void> {
  const { isAlive } = await identity;
  await until(`process ${pid} has ended`, () => !isAlive({ pid, born: null }));
}

function portsOf(data: string): Record<string, number> {
  const { ports } = JSON.parse(readFileSync(join(data, 'azurite.json'), 'utf8')) as {
    ports: Record<string, number>;
  };
  return ports;
}

test('storage ends after the serving process; its data and ports are there at the next start', async (t) => {
  const data = dataFolder(t);
  const first = await start(t, data);
  const [pid, ports] = [holderPid(data), portsOf(data)];
  await first.client.getContainerClient('kept').create();
  await stop(first);
  assert.deepEqual(first.run.lines.slice(-3), [
    'the serving process ends',
    'warmstart: stopped',
    'warmstart: storage stopped',
  ]);
  await assertGone(pid);

  const second = await start(t, data);
  assert.deepEqual(portsOf(data), ports);
  assert.ok(await second.client.getContainerClient('kept').exists());
  await stop(second);
});

test('storage outlives a killed launcher and serving process; the next start takes it over', async (t) => {
  const data = dataFolder(t);
  const first = await start(t, data);
  const pid = holderPid(data);
  await first.client.getContainerClient('kept').create();
  const [, server] = await first.run.line(/^serving one pid (\d+)/);
  first.run.child.kill('SIGKILL');
  process.kill(Number(server), 'SIGKILL');
  await first.run.exit;

  const second = await start(t, data);
  const [, takenOver, again] = await second.run.line(storageReady);
  assert.ok(takenOver);
  assert.equal(Number(again), pid);
  assert.ok(await second.client.getContainerClient('kept').exists());
  await stop(second);
  await assertGone(pid);
});

test('an azurite.json of another process, or a damaged one, is not believed', async (t) => {
  const others = { pid: process.pid, born: 'some other time' };
  for (const text of [JSON.stringify({ launcher: others, ports: 'none' }), '{"launcher":']) {
    const started = await start(t, dataFolder(t, { 'azurite.json': text }));
    await stop(started);
  }
});

test('a port of storage that another program has is replaced, the others stay', async (t) => {
  const data = dataFolder(t);
  await stop(await start(t, data));
  const before = portsOf(data);
  const other = createServer().listen(before.queue, '127.0.0.1');
  t.after(() => other.close());
  const second = await start(t, data);
  const after = portsOf(data);
  assert.notEqual(after.queue, before.queue);
  assert.deepEqual({ ...after, queue: 0 }, { ...before, queue: 0 });
  await second.run.line(
    new RegExp(`port ${before.queue} of storage \\(queue\\) is taken .* using ${after.queue}`),
  );
  await stop(second);
});

test('storage that ends by itself starts again on its ports, twice; then everything ends with code 1', async (t) => {
  const data = dataFolder(t);
  const { run } = await start(t, data);
  const ports = portsOf(data);
  for (const count of [1, 2]) {
    const pid = holderPid(data);
    process.kill(pid, 'SIGKILL');
    await run.line(new RegExp(`storage \\(Azurite\\) ended \\(SIGKILL\\), ${count} of at most 2 times`));
    await until(
      'storage answers',
      () => run.lines.filter((line) => storageReady.test(line)).length === count + 1,
    );
    assert.notEqual(holderPid(data), pid);
    assert.deepEqual(portsOf(data), ports);
  }
  process.kill(holderPid(data), 'SIGKILL');
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.match(run.lines.at(-1) ?? '', /ended \(SIGKILL\) for the third time within 30 minutes; stopping$/);
  assert.ok(run.lines.includes('the serving process ends'));
});

test('another account is passed on without being shown, and no Azurite starts', async (t) => {
  const data = dataFolder(t);
  const secret = 'DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=c2VjcmV0';
  const run = startIn(t, stubProject(t), data, '--no-build', '--storage', secret);
  await run.line(
    /^serving one .* storage DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=c2VjcmV0$/,
  );
  const [, given = ''] = await run.line(/^arguments (.*)$/);
  assert.ok(!given.includes('AccountKey') && given.includes('"ownStorage":false'), given);
  await stop({ run });
  assert.ok(run.lines.includes(`warmstart: storage: the account of --storage; data folder ${data}`));
  assert.ok(run.lines.every((line) => !line.startsWith('warmstart:') || !line.includes('c2VjcmV0')));
  assert.equal(existsSync(join(data, 'azurite.json')), false);
});

test('a storage folder that cannot be used stops the start in one line that names it', async (t) => {
  const data = dataFolder(t, { azurite: '' });
  const run = startIn(t, stubProject(t), data, '--no-build');
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  assert.deepEqual(run.lines, [
    `warmstart: the folder ${join(data, 'azurite')} cannot be used: it is not a folder (EEXIST)`,
  ]);
});

test('when Azurite cannot start, its own words and the folder are told, and all ends with code 1', async (t) => {
  const data = dataFolder(t);
  write(join(data, 'azurite', '__azurite_db_queue__.json~', 'in the way'), '');
  const run = startIn(t, stubProject(t), data, '--no-build');
  assert.deepEqual(await run.exit, { code: 1, signal: null });
  const folder = join(data, 'azurite');
  assert.ok(
    run.lines.at(-1)?.startsWith(`warmstart: storage (Azurite) could not start on ${folder} (exit code 1): `),
    run.lines.join('\n'),
  );
  assert.match(run.lines.at(-1) ?? '', /EISDIR/);
});
