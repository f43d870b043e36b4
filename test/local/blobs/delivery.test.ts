import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { before, test } from 'node:test';
import { ResourceFactoryResolver } from '@azure/functions-extensions-base';
import { BlobServiceClient } from '@azure/storage-blob';
import { ReceiptStore } from '../../../local/blobs/receiptStore.js';
import { startAzurite } from '../../support/azurite.js';
import { fileCleanUp, temporaryDir } from '../../support/temporaryDir.js';
import { SwitchedProxy } from './switchedProxy.js';
import { Account, watchBlobs } from './watchBlobs.js';

const file = fileCleanUp();
const limitBytes = 256 * 1024 * 1024;
let azurite: Awaited<ReturnType<typeof startAzurite>>;
let connectionString: string;
let account: Account;

before(async () => {
  azurite = await startAzurite(file);
  ({ connectionString } = azurite);
  account = new Account(connectionString);
});

/** A page blob takes no room until it is written to. */
async function putHuge(container: string, name: string, bytes: number): Promise<void> {
  const client = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
  await client.createIfNotExists();
  await client.getPageBlobClient(name).create(bytes);
}

test('a blob over the limit goes to the poison queue unless the function reads it itself', async (t) => {
  ResourceFactoryResolver.getInstance().registerResourceFactory('AzureStorageBlobs', (data) => data);
  const functions = { whole: { path: 'huge/{name}' }, itself: { path: 'huge/{name}', sdkBinding: true } };
  const { triggers, calls, log } = await watchBlobs(t, connectionString, { functions });
  await putHuge('huge', 'h', limitBytes + 512);
  await triggers.start();
  await log.has(
    /^error huge\/h is given up .*: its 268435968 bytes are over the limit of 268435456, which sdkBinding does not have/,
  );
  const [call] = await calls.reach(1);
  const { content, ...rest } = call?.input as { content: Buffer };
  assert.deepEqual(rest, { version: '1.0', source: 'AzureStorageBlobs', contentType: 'application/json' });
  const place = { Connection: 'AzureWebJobsStorage', ContainerName: 'huge', BlobName: 'h' };
  assert.deepEqual(JSON.parse(content.toString()), place);
  assert.equal(call?.functionName, 'itself');
  const properties = call.metadata.properties as Record<string, unknown>;
  assert.deepEqual([properties.length, properties.blobType], [limitBytes + 512, 1]);
  const [message] = (await account.poison()) as { FunctionId: string; BlobType: string }[];
  assert.deepEqual([message?.FunctionId, message?.BlobType], ['Host.Functions.whole', 'PageBlob']);
});

test('a function that fails does not hold up the others', async (t) => {
  const functions = { blob: { path: 'mixed/{name}' } };
  const handle = ({ metadata }: { metadata: Record<string, unknown> }): void => {
    if (metadata.name === 'a') throw new Error('not wanted');
  };
  const options = { settings: { maxDegreeOfParallelism: 1, poisonBlobThreshold: 2 } };
  const { triggers, calls, log } = await watchBlobs(t, connectionString, { functions, handle, options });
  await account.put('mixed/a', 'x');
  await account.put('mixed/b', 'x');
  await triggers.start();
  await log.has(/mixed\/a is given up .*: 2 tries did not end well/);
  assert.deepEqual(calls.paths, ['mixed/a', 'mixed/b', 'mixed/a']);
});

test('as many run at once as settings allow, of all functions together', async (t) => {
  const functions = { one: { path: 'many/{name}' }, two: { path: 'many/{name}' } };
  const gate = Promise.withResolvers<undefined>();
  let most = 0;
  let running = 0;
  const handle = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await gate.promise;
    running -= 1;
  };
  const options = { settings: { maxDegreeOfParallelism: 3, poisonBlobThreshold: 5 } };
  const { triggers, calls } = await watchBlobs(t, connectionString, { functions, handle, options });
  for (const name of ['a', 'b', 'c']) await account.put(`many/${name}`, 'x');
  await triggers.start();
  await calls.reach(3);
  gate.resolve(undefined);
  await calls.reach(6);
  assert.equal(most, 3);
});

test('storage that does not answer costs time, not tries', async (t) => {
  const { proxy, port } = await SwitchedProxy.start(t, azurite.blobPort);
  const proxied = connectionString.replace(`:${azurite.blobPort}/`, `:${port}/`);
  const functions = { blob: { path: 'silent/{name}' } };
  const { triggers, calls, log, clock } = await watchBlobs(t, proxied, { functions });
  const etag = await account.put('silent/a', 'x');
  proxy.goSilent();
  await triggers.start();
  await proxy.silentCall();
  clock.move(30_000);
  await log.has(/^warning Container devstoreaccount1\/silent cannot be read: Error: no answer within 30 s/);

  const url = `${proxiedUrl(port)}/silent/a`;
  const body = Buffer.from(JSON.stringify([{ data: { url, eTag: etag } }]));
  const headers = { 'aeg-event-type': 'Notification' };
  const query = { functionName: 'Host.Functions.blob' };
  await triggers.webhook({ query, headers, body });
  await proxy.silentCall();
  clock.move(30_000);
  await log.has(/^warning devstoreaccount1\/silent\/a: Error: no answer within 30 s/);
  proxy.answerAgain();
  await clock.scan();
  const [call] = await calls.reach(1);
  assert.equal(String(call?.input), 'x');
});

function proxiedUrl(port: number): string {
  const url = new URL(account.url);
  url.port = String(port);
  return url.href;
}

test('receipts of blobs that are gone are forgotten, the others are kept', async (t) => {
  const options = { receiptsFile: path.join(temporaryDir(t), 'receipts.db') };
  const functions = { blob: { path: 'fading/{name}' } };
  const { triggers, calls, clock } = await watchBlobs(t, connectionString, { functions, options });
  for (const name of ['gone', 'stays', 'written']) await account.put(`fading/${name}`, 'x');
  await triggers.start();
  await calls.reach(3);
  await account.put('fading/written', 'y');
  await account.delete('fading/gone');
  await clock.scan();
  await calls.reach(4);
  await clock.scan();
  await triggers.stop(1000);
  const database = new DatabaseSync(options.receiptsFile, { readOnly: true });
  t.after(() => {
    database.close();
  });
  const rows = database.prepare('SELECT blob FROM receipt ORDER BY blob').all();
  assert.deepEqual(
    rows.map(({ blob }) => blob),
    ['stays', 'written'],
  );
});

test('what was queued or running when the host was killed is taken up again, what was done is not', async (t) => {
  const receiptsFile = path.join(temporaryDir(t), 'receipts.db');
  for (const name of ['a-done', 'b-running', 'c-queued']) await account.put(`crash/${name}`, 'x');
  const child = fork(path.join(__dirname, 'killedHost.js'), [connectionString, receiptsFile]);
  for (let name: unknown; name !== 'crash/b-running';) [name] = (await once(child, 'message')) as [unknown];
  child.kill('SIGKILL');
  await once(child, 'exit');

  const functions = { blob: { path: 'crash/{name}' } };
  const { triggers, calls, clock } = await watchBlobs(t, connectionString, {
    functions,
    options: { receiptsFile },
  });
  await triggers.start();
  await calls.reach(2);
  await clock.scan();
  assert.deepEqual(calls.paths.toSorted(), ['crash/b-running', 'crash/c-queued']);
});

test('a blob whose tries all ended with the host goes to the poison queue without another', async (t) => {
  const receiptsFile = path.join(temporaryDir(t), 'receipts.db');
  const etag = await account.put('deadly/a', 'x');
  for (let tries = 0; tries < 5; tries++) {
    const store = new ReceiptStore(receiptsFile);
    store.add([{ functionName: 'blob', container: 'devstoreaccount1/deadly', blob: 'a', etag }]);
    assert.equal(store.take()?.tries, tries + 1);
    store.close();
  }
  const functions = { blob: { path: 'deadly/{name}' } };
  const { triggers, calls, log } = await watchBlobs(t, connectionString, {
    functions,
    options: { receiptsFile },
  });
  await triggers.start();
  await log.has(/deadly\/a is given up .*: 5 tries did not end well/);
  assert.equal(calls.all.length, 0);
});

test('a trigger that cannot be used stops the start with a line that names the function', async (t) => {
  const faults = [
    [{ path: 'in/{name' }, /^function "blob": path "in\/\{name" cannot be used: /],
    [{ path: 'box/{name}', source: 'Queue' }, /^function "blob": source "Queue" must be/],
    [
      { path: 'box', connection: 'Other' },
      /^function "blob": the app setting "Other" must hold a connection string/,
    ],
    [
      { path: 'box', connection: 'Broken' },
      /^function "blob": the app setting "Broken" is not a connection string/,
    ],
  ] as const;
  for (const [options, message] of faults) {
    await t.test(String(message), async (t) => {
      const readSetting = (name: string): string | undefined =>
        name === 'Broken' ? 'AccountKey=x' : undefined;
      const watched = watchBlobs(t, connectionString, {
        functions: { blob: options },
        options: { readSetting },
      });
      await assert.rejects(watched, { name: 'HostFault', message });
    });
  }
});
