import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { importTool, temporaryFolder } from './support.js';

interface StartArguments {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly storage: string | undefined;
  readonly requireLogin: boolean;
  readonly watch: boolean;
  readonly inspect: boolean;
  readonly build: boolean;
}
const tool = importTool('startArguments') as Promise<{
  parseStartArguments: (args: readonly string[], env: NodeJS.ProcessEnv) => StartArguments;
}>;

async function parse(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<StartArguments> {
  return (await tool).parseStartArguments(args, env);
}

async function refusal(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  let message = '';
  await assert.rejects(parse(args, env), (error: Error & { exitCode?: number }) => {
    message = error.message;
    return error.exitCode === 2;
  });
  assert.ok(!message.includes('\n'), 'a refusal is one line');
  return message;
}

test('start without arguments serves this machine on the port of the Functions host', async () => {
  assert.deepEqual(await parse([]), {
    port: 7071,
    host: '127.0.0.1',
    data: '.warmstart',
    storage: undefined,
    requireLogin: false,
    watch: false,
    inspect: false,
    build: true,
  });
});

test('each flag of start sets its value', async () => {
  const args = ['--port', '0', '--host', '::1', '--data', '/tmp/x', '--inspect', '--no-build'];
  const storage = 'UseDevelopmentStorage=true';
  const expected = { port: 0, host: '::1', data: '/tmp/x', inspect: true, build: false, watch: false };
  const more = ['--storage', storage, '--require-login'];
  assert.deepEqual(await parse([...args, ...more]), { ...expected, storage, requireLogin: true });
  assert.equal((await parse(['--watch'])).watch, true);
});

test('a connection string is checked for its form', async () => {
  for (const storage of [
    'usedevelopmentstorage=TRUE;',
    'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5Cg==;EndpointSuffix=core.windows.net',
    'BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature=sv=2025&sig=x%3D',
  ]) {
    assert.equal((await parse(['--storage', storage])).storage, storage);
  }
});

test('what is no connection string is refused without being shown', async () => {
  const secret = 'c2VjcmV0';
  for (const args of [
    ['--storage', secret],
    ['--storage', ''],
    ['--storage', `AccountKey=${secret}`],
    ['--storage', `AccountName=a;${secret}`],
    ['--storage', `AccountName=;AccountKey=${secret}`],
    ['--storage', 'AccountName=a'],
    ['--storage', 'UseDevelopmentStorage=false'],
  ]) {
    const message = await refusal(args);
    assert.match(message, /^--storage takes a connection string: .*; usage:/);
    assert.doesNotMatch(message, new RegExp(secret));
  }
  assert.doesNotMatch(await refusal([`AccountName=a;AccountKey=${secret}`]), new RegExp(secret));
});

test('watching needs the build', async () => {
  assert.match(await refusal(['--watch', '--no-build']), /^--watch builds, --no-build does not/);
});

test('a wrong flag is refused with the usage', async () => {
  assert.match(await refusal(['--prot', '1']), /'--prot'; usage: npm start -- \[--port/);
  assert.match(await refusal(['7072']), /'7072'.*; usage:/);
  assert.match(await refusal(['--port']), /--port.*; usage:/);
  assert.match(await refusal(['--data', '']), /--data takes a folder/);
  assert.match(await refusal(['--host', '']), /--host takes an address/);
});

test('a port outside 0 to 65535 is refused by its value', async () => {
  for (const port of ['65536', '-1', '80.5', 'x', '']) {
    assert.match(
      await refusal([`--port=${port}`]),
      new RegExp(`--port takes .* not ${port.replace('.', '\\.')};`),
    );
  }
});

test('a host is passed on as it is: the serving process knows the address behind it', async () => {
  for (const host of ['127.0.0.1', '::1', 'LOCALHOST', '0.0.0.0']) {
    assert.equal((await parse(['--host', host])).host, host);
  }
});

test('a flag that npm took for itself is pointed out', async () => {
  assert.match(await refusal([], { npm_config_port: '7072' }), /npm start -- --port <value>/);
  assert.match(await refusal([], { npm_config_watch: 'true' }), /npm start -- --watch$/);
  assert.match(await refusal([], { npm_config_require_login: 'true' }), /npm start -- --require-login$/);
  assert.match(await refusal([], { npm_config_inspect: 'true' }), /npm start -- --inspect$/);
  // npm hands on --no-build as build=false
  assert.match(await refusal([], { npm_config_build: '' }), /npm start -- --no-build$/);
  assert.match(await refusal([], { npm_config_no_build: 'true' }), /npm start -- --no-build$/);
});

test('npm itself hands every flag on, so that none is lost without a word', async (t) => {
  const folder = temporaryFolder(t, {
    'package.json': JSON.stringify({ scripts: { start: 'node print.cjs' } }),
    'print.cjs': `console.log('env ' + JSON.stringify(process.env));`,
  });
  for (const flag of [
    'port=1',
    'host=::1',
    'data=x',
    'storage=x',
    'require-login',
    'watch',
    'inspect',
    'no-build',
  ]) {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const { stdout } = await promisify(execFile)(npm, ['start', `--${flag}`], { cwd: folder });
    const env = JSON.parse(/^env (.*)$/m.exec(stdout)?.[1] ?? '{}') as NodeJS.ProcessEnv;
    const [name = ''] = flag.split('=');
    assert.match(await refusal([], env), new RegExp(`^npm took --${name} for itself`));
  }
});
