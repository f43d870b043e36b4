import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { startAzurite } from '../../support/azurite.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { Account, watchBlobs } from './watchBlobs.js';

// The cases of the recordings in compact form: what a real host gave for the same blobs.

const file = fileCleanUp();
let connectionString: string;
let account: Account;

before(async () => {
  ({ connectionString } = await startAzurite(file));
  account = new Account(connectionString);
});

/** Parallelism 1: calls come in the order of names. */
const oneByOne = { settings: { maxDegreeOfParallelism: 1, poisonBlobThreshold: 5 } };
const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;

test('input and metadata of a blob are as recorded', async (t) => {
  const functions = { blobPath: { path: 'rec-path/{batch}/{name}.json' } };
  const { triggers, calls } = await watchBlobs(t, connectionString, { functions });
  const etag = await account.put('rec-path/b1/f.json', '{"a":1}', { Foo: 'bar', lower: 'x' });
  await triggers.start();
  const [call] = await calls.reach(1);
  assert.deepEqual(call?.input, Buffer.from('{"a":1}'));
  assert.equal(call.retryContext, undefined);
  const { properties, ...rest } = call.metadata;
  assert.deepEqual(rest, {
    blobTrigger: 'rec-path/b1/f.json',
    uri: `${account.url}/rec-path/b1/f.json`,
    metadata: { foo: 'bar', lower: 'x' },
    batch: 'b1',
    name: 'f',
  });
  const { created, lastModified, blobTierLastModifiedTime, ...fixed } = properties as Record<string, unknown>;
  for (const time of [created, lastModified, blobTierLastModifiedTime]) assert.match(String(time), SECONDS);
  assert.deepEqual(fixed, {
    cacheControl: null,
    contentDisposition: null,
    contentEncoding: null,
    contentLanguage: null,
    length: 7,
    contentMD5: 'u2y1xo30ZSlByvZSo2by2A==',
    contentType: 'application/json',
    eTag: etag,
    blobType: 2,
    leaseStatus: 2,
    leaseState: 1,
    leaseDuration: 0,
    pageBlobSequenceNumber: null,
    appendBlobCommittedBlockCount: null,
    isServerEncrypted: true,
    encryptionScope: null,
    isIncrementalCopy: false,
    standardBlobTier: 1,
    rehydrationStatus: null,
    premiumPageBlobTier: null,
    blobTierInferred: true,
    deletedTime: null,
    remainingDaysBeforePermanentDelete: null,
  });
});

test('every content arrives as a buffer, also with dataType binary', async (t) => {
  const contents = {
    bytes: Buffer.from([0, 1, 128, 254, 255]),
    empty: Buffer.alloc(0),
    'json.json': Buffer.from('[1,"2"]'),
    number: Buffer.from('5'),
    text: Buffer.from('grüße'),
    truth: Buffer.from('true'),
  };
  const path = 'rec-all/{name}';
  const functions = { blobAll: { path }, blobBinary: { path, dataType: 'binary' } };
  const { triggers, calls } = await watchBlobs(t, connectionString, { functions, options: oneByOne });
  for (const [name, content] of Object.entries(contents)) await account.put(`rec-all/${name}`, content);
  await triggers.start();
  await calls.reach(12);
  for (const functionName of Object.keys(functions)) {
    const seen = calls.all.filter((call) => call.functionName === functionName);
    assert.deepEqual(Object.fromEntries(seen.map(({ input, metadata }) => [metadata.name, input])), contents);
  }
});

test('names with spaces and signs are escaped in the uri only', async (t) => {
  const functions = { blobAll: { path: 'rec-odd/{name}' } };
  const { triggers, calls } = await watchBlobs(t, connectionString, { functions, options: oneByOne });
  await account.put('rec-odd/a b+c%20ü', 'x');
  await account.put('rec-odd/dir/sub/file.txt', 'y');
  await account.put('rec-odd/what?#&', 'z');
  await triggers.start();
  const found = (await calls.reach(3)).map(({ input, metadata: { blobTrigger, uri, name } }) => [
    ...[String(input), name, blobTrigger],
    String(uri).slice(account.url.length),
  ]);
  assert.deepEqual(found, [
    ['x', 'a b+c%20ü', 'rec-odd/a b+c%20ü', '/rec-odd/a%20b+c%2520%C3%BC'],
    ['y', 'dir/sub/file.txt', 'rec-odd/dir/sub/file.txt', '/rec-odd/dir/sub/file.txt'],
    ['z', 'what?#&', 'rec-odd/what?#&', '/rec-odd/what%3F%23&'],
  ]);
});

test('only names that fit the path call the function', async (t) => {
  const functions = { blobPath: { path: 'rec-miss/{batch}/{name}.json' } };
  const { triggers, calls } = await watchBlobs(t, connectionString, { functions, options: oneByOne });
  for (const name of ['m.json', 'm/x.JSON', 'm/x.txt', 'm/deep/x.json', 'z/last.json'])
    await account.put(`rec-miss/${name}`, '{}');
  await triggers.start();
  const fields = (await calls.reach(2)).map(({ metadata: { batch, name } }) => [batch, name]);
  assert.deepEqual(fields, [
    ['m/deep', 'x'],
    ['z', 'last'],
  ]);
});

test('a path of a container alone takes every blob and gives no tokens', async (t) => {
  const functions = { any: { path: 'rec-only' } };
  const { triggers, calls, clock } = await watchBlobs(t, connectionString, { functions });
  await triggers.start();
  await account.put('rec-only/any/x', 'x');
  await clock.scan();
  const [call] = await calls.reach(1);
  assert.deepEqual(Object.keys(call?.metadata ?? {}), ['blobTrigger', 'uri', 'properties', 'metadata']);
});

test('each write calls again, also of metadata alone, and nothing else does', async (t) => {
  const functions = { blobAll: { path: 'rec-twice/{name}' } };
  const { triggers, calls, clock } = await watchBlobs(t, connectionString, { functions });
  await account.put('rec-twice/a', 'one');
  await triggers.start();
  await calls.reach(1);
  await clock.scan();
  await account.put('rec-twice/a', 'two');
  await clock.scan();
  await calls.reach(2);
  await account.setMetadata('rec-twice/a', { later: 'yes' });
  await clock.scan();
  const seen = (await calls.reach(3)).map(({ input, metadata }) => [String(input), metadata.metadata]);
  await clock.scan();
  await account.put('rec-twice/b', 'end');
  await clock.scan();
  await calls.reach(4);
  assert.deepEqual(seen, [
    ['one', {}],
    ['two', {}],
    ['two', { later: 'yes' }],
  ]);
  assert.equal(String(calls.all[3]?.input), 'end');
});

test('a function that always fails gets five tries, then a message tells of it', async (t) => {
  const functions = { blobFail: { path: 'rec-fail/{name}' } };
  const handle = (): never => {
    throw new Error('blob not wanted');
  };
  const { triggers, calls, clock, log } = await watchBlobs(t, connectionString, { functions, handle });
  const etag = await account.put('rec-fail/bad', 'x');
  await triggers.start();
  await log.has(/^error rec-fail\/bad is given up and put into the poison queue: 5 tries did not end well/);
  await clock.scan();
  assert.equal(calls.all.length, 5);
  assert.equal(
    log.lines.filter((line) => line.startsWith('error Executed (Failed): Error: blob not wanted')).length,
    5,
  );
  const message = { Type: 'BlobTrigger', FunctionId: 'Host.Functions.blobFail', BlobType: 'BlockBlob' };
  assert.deepEqual(await account.poison(), [
    { ...message, ContainerName: 'rec-fail', BlobName: 'bad', ETag: etag },
  ]);
});

test('a call by hand reads the blob again and names itself in the metadata', async (t) => {
  const functions = { blobSlow: { path: 'rec-hand/{name}' } };
  const { triggers, calls, log } = await watchBlobs(t, connectionString, { functions });
  await account.put('rec-hand/a', 'x');
  await triggers.start();
  const [scanned] = await calls.reach(1);
  await triggers.runByHand('blobSlow', 'rec-hand/a');
  const [, byHand] = await calls.reach(2);
  // the name of the binding depends on its options
  const [name = ''] = Object.keys(byHand?.metadata ?? {}).slice(-1);
  assert.match(name, /^blobTrigger[0-9a-f]{10}$/);
  assert.deepEqual(byHand?.metadata, { ...scanned?.metadata, [name]: 'rec-hand/a' });

  for (const path of ['rec-hand/nobody', 'rec-other/a', 'nonsense']) {
    await triggers.runByHand('blobSlow', path);
    await log.has(
      new RegExp(`^error Executed \\(Failed\\): ${path}: there is no such blob for this function`),
    );
  }
  assert.equal(calls.all.length, 2);
});
