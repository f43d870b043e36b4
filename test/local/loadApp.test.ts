import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startHost } from '../../local/host.js';
import { send } from '../conformance/rawHttp.js';
import { echoNames, makeApp, startApp, type TestApp } from './makeApp.js';

const SILENT = { log: () => undefined };

const FAULTS: readonly { name: string; app: TestApp; message: RegExp }[] = [
  {
    name: 'an entry file that throws',
    app: {
      files: { 'functions/a.js': echoNames({ a: 'a' }), 'functions/b.js': `throw new TypeError('no\\nway')` },
    },
    message: /^functions\/b\.js could not be loaded: TypeError: no \(functions\/b\.js:2:\d+\)$/,
  },
  {
    name: 'an entry file that is not JavaScript',
    app: { files: { 'functions/a.js': 'app.http(' } },
    message: /^functions\/a\.js could not be loaded: SyntaxError: /,
  },
  {
    name: 'a name registered twice',
    app: { files: { 'functions/a.js': echoNames({ a: 'a' }), 'functions/b.js': echoNames({ a: 'b' }) } },
    message:
      /^functions\/b\.js could not be loaded: Error: A function with id "a" has already been registered\. \(functions\/b\.js:2:\d+\)$/,
  },
  { name: 'a main that matches nothing', app: { files: {} }, message: /^No file in .* matches "main"/ },
  {
    name: 'an appStart hook that throws',
    app: { files: { 'functions/a.js': `app.hook.appStart(() => { throw new Error('not ready'); });` } },
    message: /^An appStart hook failed: not ready$/,
  },
  {
    name: 'a host.json of another version',
    app: { files: { 'functions/a.js': '' }, hostJson: { version: '1.0' } },
    message: /"version" must be "2\.0"/,
  },
  {
    name: 'a host.json that is not JSON',
    app: { files: { 'functions/a.js': '', 'host.json': '{' } },
    message: /host\.json is not valid JSON/,
  },
  {
    name: 'a function with keys',
    app: {
      files: {
        'functions/a.js': `app.http('locked', { authLevel: 'function', handler: () => ({}) });`,
      },
    },
    message: /^function "locked": authLevel "function" needs function keys/,
  },
  {
    name: 'a function timeout that is no time',
    app: { files: { 'functions/a.js': '' }, hostJson: { functionTimeout: '5 min' } },
    message: /"functionTimeout" must be/,
  },
  // Last, because the library of that app keeps its switch.
  {
    name: 'the stream mode',
    app: { files: { 'functions/a.js': `${echoNames({ a: 'a' })} app.setup({ enableHttpStream: true });` } },
    message: /4\.13\/18/,
  },
];

test('the files of main are loaded in sorted order, subfolders and braces included', async (t) => {
  const files = {
    'src/index.js': `globalThis.loaded = ['index'];`,
    'src/functions/b.js': `globalThis.loaded.push('b'); ${echoNames({ b: 'b' })}`,
    'src/functions/a.js': `globalThis.loaded.push('a');`,
    'src/functions/deep/c.js': `globalThis.loaded.push('c');`,
    'src/index.test.js': `throw new Error('not part of main');`,
  };
  // "src/functions/..." stands before "src/index.js", so that the list is made there only if it is missing.
  const first = `globalThis.loaded ??= [];`;
  const withList = Object.fromEntries(
    Object.entries(files).map(([name, code]) => [
      name,
      `${first}${code.replace("= ['index']", ".push('index')").replace('loaded ', 'loaded')}`,
    ]),
  );
  const { port } = await startApp(t, { files: withList, main: 'src/{index.js,functions/**/*.js}' });
  assert.deepEqual((globalThis as { loaded?: unknown }).loaded, ['a', 'b', 'c', 'index']);
  assert.equal((await send(port, { path: '/b' })).body.toString(), 'b');
});

test('ES modules register their functions too', async (t) => {
  await t.test('type module', async (t) => {
    const { port } = await startApp(t, {
      files: { 'functions/m.js': echoNames({ m: 'm' }) },
      type: 'module',
    });
    assert.equal((await send(port, { path: '/m' })).body.toString(), 'm');
  });
});

test('the same app can be started again in one process, with its setup open', async (t) => {
  const code = `app.setup({ capabilities: {} }); ${echoNames({ again: 'again' })}`;
  const appDir = makeApp(t, { files: { 'functions/a.js': code } });
  for (let round = 0; round < 3; round++) {
    const host = await startHost({ appDir, hostname: '127.0.0.1', port: 0, settings: {}, log: SILENT });
    assert.equal((await send(host.port, { path: '/again' })).status, 200);
    await host.stop(0);
  }
});

test('a second host beside a running one and a taken port are refused', async (t) => {
  const app = { files: { 'functions/a.js': echoNames({ a: 'a' }) } };
  const { port, host } = await startApp(t, app);
  const appDir = makeApp(t, app);
  const options = { appDir, hostname: '127.0.0.1', settings: {}, log: SILENT };
  await assert.rejects(startHost({ ...options, port: 0 }), /already running in this process/);
  await host.stop(0);
  const other = await startHost({ ...options, port });
  await other.stop(0);
  const { createServer } = await import('node:http');
  const server = createServer().listen(port, '127.0.0.1');
  await assert.rejects(startHost({ ...options, port }), {
    name: 'HostFault',
    message: `port ${port} on 127.0.0.1 is taken: choose another one with --port <number>`,
  });
  server.close();
});

describe('the start is refused with one clear line', () => {
  for (const { name, app, message } of FAULTS) {
    test(name, async (t) => {
      const appDir = makeApp(t, app);
      await assert.rejects(
        startHost({ appDir, hostname: '127.0.0.1', port: 0, settings: {}, log: SILENT }),
        (error: Error) => {
          assert.equal(error.name, 'HostFault');
          assert.match(error.message, message);
          assert.ok(!error.message.includes('\n'));
          return true;
        },
      );
    });
  }
});
