import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { dataFolder, launch, projectRoot, type Launched } from './support.js';

const run = join(projectRoot, 'tools', 'run.mjs');

/** `npm start` on a data folder of its own; what is built is served as it is. */
function start(t: TestContext, data: string, ...args: readonly string[]): Launched {
  return launch(t, [run, 'start', '--no-build', '--port', '0', '--data', data, ...args]);
}

async function portOf(started: Launched): Promise<number> {
  const [, port] = await started.line(/^Warmstart is listening on http:\/\/127\.0\.0\.1:(\d+)$/);
  return Number(port);
}

test('start says where it listens, who may call, which models there are, and how to call one', async (t) => {
  const started = start(t, dataFolder(t));
  const port = await portOf(started);
  await started.line(/^access: off \(127\.0\.0\.1 only\)$/);
  await started.line(/^ {2}transmission 1\.0\.0$/);
  const [, address = '', body = ''] = await started.line(
    /^ {2}curl -s (\S+) -H "content-type: application\/json" -d "(.*)"$/,
  );
  assert.equal(address, `http://127.0.0.1:${port}/api/transmission/1.0.0`);
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: body.replaceAll('\\"', '"'),
  });
  assert.equal(answer.status, 200);
});

test('a second start on the same data folder names the first and ends with code 1', async (t) => {
  const data = dataFolder(t);
  const first = start(t, data);
  const port = await portOf(first);
  await first.line(/^access/);
  const second = start(t, data);
  assert.deepEqual(await second.exit, { code: 1, signal: null });
  assert.equal(second.lines.length, 1);
  assert.match(
    second.lines[0] ?? '',
    new RegExp(`in use by process ${first.pid}, which listens on port ${port}:`),
  );
});

test('a data folder left by a killed launcher can be used again', async (t) => {
  const data = dataFolder(t);
  const first = start(t, data);
  await portOf(first);
  first.child.kill('SIGKILL');
  // both have to be gone: the serving process notices by itself that its launcher is not there any more
  await first.exit;
  assert.ok(existsSync(join(data, 'start.lock')));
  await portOf(start(t, data));
});

test('a taken port is named together with the flag to choose another', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  t.after(() => holder.close());
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as AddressInfo;
  const started = start(t, dataFolder(t), '--port', String(port));
  assert.deepEqual(await started.exit, { code: 1, signal: null });
  const lines = started.lines.filter((line) => !line.startsWith('warmstart: storage'));
  assert.deepEqual(lines, [
    `warmstart: port ${port} on 127.0.0.1 is taken: choose another one with --port <number>`,
  ]);
});

test('a host that others can reach is refused in one line', async (t) => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '0']) {
    const started = start(t, dataFolder(t), '--host', host);
    assert.deepEqual(await started.exit, { code: 1, signal: null });
    await started.line(/^warmstart: --host .* is refused: access is off, .*$/);
  }
});

test('a host may be given by name, in any letter case', async (t) => {
  const started = start(t, dataFolder(t), '--host', 'LOCALHOST');
  const [, url] = await started.line(/^Warmstart is listening on (http:.*)$/);
  assert.equal((await fetch(`${url}/v2/health/live`)).status, 200);
});

test('a data folder that is a file is told in one line', async (t) => {
  const data = join(dataFolder(t, { data: '' }), 'data');
  const started = start(t, data);
  assert.deepEqual(await started.exit, { code: 1, signal: null });
  assert.deepEqual(started.lines, [
    `warmstart: the folder ${data} cannot be used: it is not a folder (EEXIST)`,
  ]);
});

test('SIGTERM: a call under way is answered, no new one is taken, the lock goes, exit code 0', async (t) => {
  const data = dataFolder(t);
  const started = start(t, data);
  const port = await portOf(started);
  await started.line(/^access/);
  assert.equal((JSON.parse(readFileSync(join(data, 'start.lock'), 'utf8')) as { port: number }).port, port);

  const body = '{"hp":120,"wt":2.8}';
  const call = request({
    port,
    path: '/api/transmission/1.0.0',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    call.once('response', resolve).once('error', reject),
  );
  call.flushHeaders();
  await new Promise((resolve) => call.once('continue', resolve)); // the server has the call and waits for its body
  started.child.kill('SIGTERM');
  await started.line(/^warmstart: SIGTERM: answering what is running/);
  call.end(body);
  const answer = await answered;
  answer.resume();
  // it is scored if its body is complete before the pool closes, otherwise refused; it is never cut off
  assert.ok(answer.statusCode === 200 || answer.statusCode === 503, `answered ${answer.statusCode}`);

  assert.deepEqual(await started.exit, { code: 0, signal: null });
  assert.equal(existsSync(join(data, 'start.lock')), false);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/v2/health/live`));
});
