import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { mayMakeFirstUser } from '../../local/firstUser.js';
import { launch, type Launched } from '../launcher/support.js';
import { startAzurite } from '../support/azurite.js';
import { jsonOf, send } from '../support/http.js';
import { modelsDirWith } from '../support/modelsDir.js';
import { builtRoot } from '../support/project.js';
import { writeApp } from '../support/startApp.js';
import { temporaryDir } from '../support/temporaryDir.js';

interface Started {
  readonly process: Launched;
  readonly url: string;
}

/** The local host as its launcher starts it, on the storage that is given. */
async function startLocalHost(t: TestContext, options: object, storage?: string): Promise<Started> {
  const given = {
    ...{ appDir: writeApp(t), port: 0, dataDir: temporaryDir(t) },
    ...options,
  };
  const models = modelsDirWith(t, { 'cars/1.0.0': { shipped: 'transmission/1.0.0' } });
  const main = path.join(builtRoot, 'local', 'main.js');
  const process = launch(t, [main, JSON.stringify(given)], {
    WARMSTART_MODELS_DIR: models,
    ...(storage === undefined ? {} : { AzureWebJobsStorage: storage }),
  });
  const [, url = ''] = await process.line(/^Warmstart is listening on (\S+)$/);
  return { process, url };
}

async function endOf({ process }: Started): Promise<void> {
  process.child.kill('SIGTERM');
  await process.exit;
}

const told = /^user: (\w+), password: (\S+) \((.*)\)$/;

test('the first start makes an Owner and tells the password once; with access on it is the way in', async (t) => {
  const { connectionString } = await startAzurite(t);
  const first = await startLocalHost(t, { ownStorage: true }, connectionString);
  const [, username, password, words] = await first.process.line(told);
  assert.equal(username, 'admin');
  assert.equal(words, 'shown this once, needed with --require-login');
  assert.ok(first.process.lines.includes('access: off (127.0.0.1 only)'));
  assert.equal((await send(`${first.url}/v2/models`)).status, 200);
  await endOf(first);

  const second = await startLocalHost(t, { access: 'on' }, connectionString);
  await second.process.line(/^access: on \(127\.0\.0\.1 only\)$/);
  await second.process.line(/^ {2}cars 1\.0\.0$/);
  await second.process.line(/-H "authorization: Bearer <access_token>"$/);
  assert.equal((await send(`${second.url}/v2/models`)).status, 401);
  const { access_token } = jsonOf(await send(`${second.url}/login`, { body: { username, password } }));
  const headers = { authorization: `Bearer ${String(access_token)}` };
  assert.equal((await send(`${second.url}/users`, { headers })).status, 200);
  await endOf(second);
  assert.ok(!second.process.lines.some((line) => told.test(line)));
});

test('an account that is not the own one gets its first user where access is on', async (t) => {
  const { connectionString } = await startAzurite(t);
  const asking = await startLocalHost(t, { access: 'on' }, connectionString);
  await asking.process.line(told);
  await endOf(asking);
});

test('with access off the own account alone gets a first user, not another one of the settings', () => {
  const own = { access: 'off', ownStorage: true, started: 'mine', users: 'mine' } as const;
  assert.equal(mayMakeFirstUser(own), true);
  assert.equal(mayMakeFirstUser({ ...own, ownStorage: false }), false);
  assert.equal(mayMakeFirstUser({ ...own, users: 'another' }), false);
  assert.equal(mayMakeFirstUser({ ...own, users: 'another', access: 'on' }), true);
  assert.equal(mayMakeFirstUser({ ...own, users: undefined, access: 'on' }), false);
});

test('without storage nobody is made, and nothing is said', async (t) => {
  const started = await startLocalHost(t, { access: 'on' });
  await started.process.line(/^access: on/);
  const login = await send(`${started.url}/login`, { body: { username: 'admin', password: 'admin' } });
  assert.equal(login.status, 401);
  await endOf(started);
  assert.ok(!started.process.lines.some((line) => line.includes('user')));
});

test('with access on a host that others can reach is refused too', async (t) => {
  const given = { appDir: writeApp(t), port: 0, dataDir: temporaryDir(t), access: 'on', hostname: '0.0.0.0' };
  const started = launch(t, [path.join(builtRoot, 'local', 'main.js'), JSON.stringify(given)], {});
  await started.line(/^--host 0\.0\.0\.0 is refused: there is no TLS, so only this machine may call/);
  assert.equal((await started.exit).code, 1);
});
