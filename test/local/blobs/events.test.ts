import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { startAzurite } from '../../support/azurite.js';
import { fileCleanUp, temporaryDir } from '../../support/temporaryDir.js';
import { Account, watchBlobs } from './watchBlobs.js';

// The answers of contracts 3.5 to what Event Grid sends.

const file = fileCleanUp();
let connectionString: string;
let account: Account;

before(async () => {
  ({ connectionString } = await startAzurite(file));
  account = new Account(connectionString);
});

const request = (type: string | undefined, body: unknown, functionName = 'Host.Functions.blobEvent') => ({
  query: { functionName },
  headers: type === undefined ? ({} as Record<string, string>) : { 'aeg-event-type': type },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

const event = (path: string, eTag: string, base = account.url): object => ({
  id: '00000000-0000-0000-0000-000000000001',
  topic: '/t',
  subject: '/s',
  eventType: 'Microsoft.Storage.BlobCreated',
  eventTime: '2001-02-03T04:05:06Z',
  data: { api: 'PutBlob', contentType: 'text/plain', blobType: 'BlockBlob', url: `${base}/${path}`, eTag },
  dataVersion: '',
  metadataVersion: '1',
});

const functions = { blobEvent: { path: 'events/{name}', source: 'EventGrid' } };
const code = { validationCode: 'code-123', validationUrl: 'https://example.org/v' };

test('a subscription is validated, in the schema of Event Grid and in that of cloud events', async (t) => {
  const { triggers } = await watchBlobs(t, connectionString, { functions });
  for (const body of [
    [{ id: '1', data: code }],
    { id: '1', data: code },
    { id: '1', data: JSON.stringify(code) },
  ]) {
    const answer = await triggers.webhook(request('SubscriptionValidation', body));
    assert.equal(answer.status, 200);
    assert.equal(answer.body?.toString(), '{"validationResponse":"code-123"}');
  }
});

test('an event calls the function once for each version, in either schema, alone or with others', async (t) => {
  const { triggers, calls } = await watchBlobs(t, connectionString, { functions });
  await triggers.start();
  const etags = [await account.put('events/a b', 'A'), await account.put('events/b', 'B')];
  const [first, second] = etags.map((etag) => etag.replaceAll('"', ''));
  const array = [event('events/a%20b', first ?? ''), event('events/b', second ?? '')];
  assert.deepEqual(await triggers.webhook(request('Notification', array)), { status: 202, headers: [] });
  await calls.reach(2);
  await triggers.webhook(request('Notification', array));
  const third = await account.put('events/c', 'C');
  const { data } = event('events/c', third) as { data: object };
  const cloudEvent = {
    specversion: '1.0',
    type: 'Microsoft.Storage.BlobCreated',
    source: '/s',
    id: '1',
    data,
  };
  assert.equal((await triggers.webhook(request('notification', cloudEvent))).status, 202);
  await calls.reach(3);
  assert.deepEqual(calls.paths.toSorted(), ['events/a b', 'events/b', 'events/c']);
});

test('events for what is not there, has changed, or is not watched are dropped', async (t) => {
  const options = { settings: { maxDegreeOfParallelism: 1, poisonBlobThreshold: 5 } };
  const { triggers, calls } = await watchBlobs(t, connectionString, { functions, options });
  await triggers.start();
  const gone = await account.put('events/gone', 'x');
  await account.delete('events/gone');
  const old = await account.put('events/old', 'x');
  await account.put('events/old', 'y');
  const other = await account.put('other/x', 'x');
  const fine = await account.put('events/fine', 'x');
  const dropped = [
    event('events/gone', gone),
    event('events/nobody', '"0x1"'),
    event('events/old', old),
    event('other/x', other),
    event('events', fine),
    event('events/fine', fine, account.url.replace('devstoreaccount1', 'another')),
    event('events/fine', fine, 'https://example.org/devstoreaccount1'),
  ];
  assert.equal((await triggers.webhook(request('Notification', dropped))).status, 202);
  for (const name of ['Host.Functions.nobody', 'blobEvent', '']) {
    assert.equal(
      (await triggers.webhook(request('Notification', [event('events/fine', fine)], name))).status,
      202,
    );
  }
  assert.equal(calls.all.length, 0);
  await triggers.webhook(request('Notification', event('events/fine', fine)));
  await calls.reach(1);
  assert.deepEqual(calls.paths, ['events/fine']);
});

test('other requests are answered by their header', async (t) => {
  const { triggers } = await watchBlobs(t, connectionString, { functions });
  const statuses = [
    [202, request('Unsubscribe', [])],
    [202, request('Notification', [])],
    [400, request('Nope', [])],
    [400, request(undefined, [])],
    [400, request('Notification', '{bad')],
    [400, request('Notification', '')],
    [400, request('Notification', 'null')],
    [400, request('Notification', [{ data: { url: 'nowhere', eTag: '1' } }])],
    [400, request('Notification', [event('events/a', '1'), { data: {} }])],
    [202, request('Notification', [event('events/%ff', '1')])],
    [400, request('SubscriptionValidation', [])],
    [400, request('SubscriptionValidation', { data: '{bad' })],
    [413, request('Notification', ' '.repeat(1_200_000))],
    [413, request('Notification', Array(5_001).fill({}))],
  ] as const;
  for (const [status, sent] of statuses) {
    assert.equal((await triggers.webhook(sent)).status, status, sent.body.toString().slice(0, 80));
  }
});

test('blobs older than the first start are not events; those written while the host is down are', async (t) => {
  const options = { receiptsFile: `${temporaryDir(t)}/receipts.db` };
  const late = { path: 'down/{name}', source: 'EventGrid' };
  const app = { functions: { scanned: { path: 'down/{name}' }, late }, options };
  await account.put('down/old', 'x');
  await t.test('first start', async (t) => {
    const { triggers, calls, clock } = await watchBlobs(t, connectionString, app);
    await triggers.start();
    await account.put('down/new', 'x');
    await clock.scan();
    await calls.reach(3);
    const seen = calls.all.map(({ functionName, metadata }) => `${functionName} ${String(metadata.name)}`);
    assert.deepEqual(seen.toSorted(), ['late new', 'scanned new', 'scanned old']);
  });
  await account.put('down/while-down', 'x');
  await t.test('second start', async (t) => {
    const { triggers, calls } = await watchBlobs(t, connectionString, app);
    await triggers.start();
    await calls.reach(2);
    assert.deepEqual(calls.paths, ['down/while-down', 'down/while-down']);
  });
});

test('a scan goes through all pages of a container', async (t) => {
  const functions = { paged: { path: 'pages/{name}', source: 'EventGrid' } };
  const { triggers, calls, clock } = await watchBlobs(t, connectionString, { functions });
  const names = Array.from({ length: 520 }, (_, at) => `pages/${at}`);
  await account.put('pages/0', 'x');
  await Promise.all(names.map((name) => account.put(name, 'x')));
  await triggers.start();
  await clock.scan();
  await account.put('pages/519', 'y');
  await clock.scan();
  await calls.reach(1);
  await clock.scan();
  assert.deepEqual(calls.paths, ['pages/519']);
});
