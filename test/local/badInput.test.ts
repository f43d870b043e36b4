import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test, type TestContext } from 'node:test';
import { DurableStore } from '../../local/durable/sqliteStore.js';
import { openKeys } from '../../local/keys.js';
import { builtRoot } from '../support/project.js';
import { smallDisk } from '../support/smallDisk.js';
import { temporaryDir } from '../support/temporaryDir.js';

// Each fault of the user ends the process with code 1 and one line that names the file or the function.

const LIBRARIES = `const { app } = require(${JSON.stringify(require.resolve('@azure/functions'))});
const df = require(${JSON.stringify(require.resolve('durable-functions'))});`;
const FUNCTIONS = `df.app.activity('work', { handler: () => ({}) });
df.app.orchestration('job', function* (context) { return yield context.df.waitForExternalEvent('go'); });
app.http('hello', { handler: () => ({ body: 'hello' }) });`;
const MAIN = path.join(builtRoot, 'local', 'main.js');

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

function writeApp(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const dir = temporaryDir(t);
  const all = {
    'package.json': JSON.stringify({ main: 'functions.js' }),
    'host.json': JSON.stringify({ version: '2.0' }),
    'functions.js': `${LIBRARIES}\n${FUNCTIONS}`,
    ...files,
  };
  for (const [name, content] of Object.entries(all)) writeFileSync(path.join(dir, name), content);
  return dir;
}

function start(appDir: string, dataDir: string, port = 0): Ended {
  const options = JSON.stringify({ appDir, dataDir, port, hostname: '127.0.0.1' });
  const { status, stderr } = spawnSync(process.execPath, [MAIN, options], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, lines: stderr.trimEnd().split('\n') };
}

/** One line, and it says what `expected` says. */
function refused({ code, lines }: Ended, expected: RegExp): void {
  assert.equal(code, 1);
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0] ?? '', expected);
}

function storeWith(dataDir: string, change: (file: string) => void): Buffer {
  const file = path.join(dataDir, 'durable.db');
  new DurableStore(file).close();
  change(file);
  return readFileSync(file);
}

describe('the start ends with one line that names', () => {
  test('a host.json that is no JSON', (t) => {
    const appDir = writeApp(t, { 'host.json': '{"version":"2.0",' });
    refused(start(appDir, temporaryDir(t)), /host\.json is not valid JSON/);
  });
  test('a value of host.json that cannot be', (t) => {
    const appDir = writeApp(t, { 'host.json': JSON.stringify({ version: '2.0', functionTimeout: 'soon' }) });
    refused(start(appDir, temporaryDir(t)), /host\.json.*"functionTimeout"/);
  });
  test('a function file that throws, with the place', (t) => {
    const appDir = writeApp(t, { 'functions.js': `${LIBRARIES}\nthrow new Error('no\\nsuch thing');` });
    refused(
      start(appDir, temporaryDir(t)),
      /functions\.js could not be loaded: Error: no \(.*functions\.js:3/,
    );
  });
  test('a function registered twice', (t) => {
    const twice = `${LIBRARIES}\n${FUNCTIONS}\napp.http('hello', { handler: () => ({}) });`;
    refused(
      start(writeApp(t, { 'functions.js': twice }), temporaryDir(t)),
      /"hello" has already been registered/,
    );
  });
  test('a port in use', async (t) => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const dataDir = temporaryDir(t);
    refused(start(writeApp(t), dataDir, port), new RegExp(`port ${port} .*is taken.*--port`));
  });
  test('a damaged store, which stays as it is', (t) => {
    const dataDir = temporaryDir(t);
    const before = storeWith(dataDir, (file) => {
      writeFileSync(file, Buffer.alloc(8192, 'x'));
    });
    refused(start(writeApp(t), dataDir), /durable\.db" is damaged/);
    assert.deepEqual(readFileSync(path.join(dataDir, 'durable.db')), before);
  });
  test('a store of a newer version, which stays as it is', (t) => {
    const dataDir = temporaryDir(t);
    const before = storeWith(dataDir, (file) => {
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 99');
      database.close();
    });
    refused(start(writeApp(t), dataDir), /durable\.db" was written by a newer version/);
    assert.deepEqual(readFileSync(path.join(dataDir, 'durable.db')), before);
  });
});

test('a full disk ends the process with one line; what was acknowledged is there after the next start', async (t) => {
  const { dir: dataDir, isMounted } = smallDisk(t);
  if (!isMounted) {
    t.skip('a small disk cannot be mounted here');
    return;
  }
  const options = { appDir: writeApp(t), dataDir, port: 0, hostname: '127.0.0.1' };
  const child = spawn(process.execPath, [MAIN, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const ended = once(child, 'exit');
  const base = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error(output));
    });
    child.stdout.on('data', (data: Buffer) => {
      const url = /listening on (\S+)/.exec(data.toString())?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const code = openKeys(dataDir).system.durabletask_extension;
  const body = JSON.stringify({ text: 'x'.repeat(30_000) });
  const accepted: string[] = [];
  for (let at = 0; child.exitCode === null && at < 200; at += 1) {
    const url = `${base}/runtime/webhooks/durabletask/orchestrators/job/full-${at}?code=${code}`;
    const answer = await fetch(url, { method: 'POST', body }).catch(() => undefined);
    if (answer === undefined) break;
    if (answer.status === 202) accepted.push(`full-${at}`);
  }
  assert.deepEqual(await ended, [1, null]);
  assert.match(output, /^[^\n]*durable\.db" cannot be written: the disk is full[^\n]*\n$/);
  assert.ok(accepted.length > 0);

  const roomy = path.join(temporaryDir(t), 'data');
  cpSync(dataDir, roomy, { recursive: true });
  const store = new DurableStore(path.join(roomy, 'durable.db'));
  for (const id of accepted) assert.ok(store.instance(id), id);
  store.close();
});
