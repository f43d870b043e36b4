import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startAzurite } from '../../support/azurite.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { SwitchedProxy } from './switchedProxy.js';
import { Account, watchBlobs } from './watchBlobs.js';

// Storage starts beside the host, may come after it, and may be more than one emulator.

const file = fileCleanUp();
let azurite: Awaited<ReturnType<typeof startAzurite>>;
let account: Account;

before(async () => {
  azurite = await startAzurite(file);
  account = new Account(azurite.connectionString);
});

async function proxied(t: Parameters<typeof watchBlobs>[0]) {
  const { proxy, port } = await SwitchedProxy.start(t, azurite.blobPort);
  return { proxy, connection: azurite.connectionString.replace(`:${azurite.blobPort}/`, `:${port}/`) };
}

test('the start waits for storage where old blobs are to be told from new ones', async (t) => {
  const { proxy, connection } = await proxied(t);
  const functions = { blob: { path: 'late/{name}', source: 'EventGrid' } };
  const { triggers, calls, clock, log } = await watchBlobs(t, connection, { functions });
  await account.put('late/old', 'x');
  proxy.refuse();
  let isReady = false;
  const started = triggers.start().then(() => (isReady = true));
  await clock.scanned();
  await nextTurn();
  assert.equal(isReady, false);
  proxy.answerAgain();
  await clock.scan();
  await started;
  await account.put('late/new', 'x');
  await clock.scan();
  await calls.reach(1);
  assert.deepEqual(calls.paths, ['late/new']);
  assert.deepEqual(log.lines, []);
});

test('the start goes on after 20 s without storage, and says what that means', async (t) => {
  const { proxy, connection } = await proxied(t);
  const functions = { blob: { path: 'never/{name}', source: 'EventGrid' } };
  const { triggers, clock, log } = await watchBlobs(t, connection, { functions });
  proxy.goSilent();
  const started = triggers.start();
  await proxy.silentCall();
  clock.move(20_000);
  await started;
  await log.has(/^warning Storage does not answer: for functions with the source EventGrid/);
});

test('two emulators with accounts of one name are two places', async (t) => {
  const { proxy, connection: dead } = await proxied(t);
  proxy.refuse();
  const functions = {
    another: { path: 'twins/{name}', connection: 'Dead' },
    usual: { path: 'twins/{name}' },
  };
  const readSetting = (name: string): string => (name === 'Dead' ? dead : azurite.connectionString);
  const { triggers, calls } = await watchBlobs(t, '', { functions, options: { readSetting } });
  await account.put('twins/a', 'x');
  await triggers.start();
  const [call] = await calls.reach(1);
  assert.equal(call?.functionName, 'usual');
});
