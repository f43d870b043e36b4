import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlobStore } from '../../../shared/storage/azureBlobStore.js';
import { expectFault, expectRejection } from '../../support/expectFault.js';
import { quietly } from './storeSupport.js';

const KEY = 'c2VjcmV0LWtleQ==';
const ACCOUNT = `DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=${KEY}`;
const BLOBS = 'BlobEndpoint=https://acc.blob.core.windows.net';
const SIGNED = 'SharedAccessSignature=sv=2022-11-02&sig=c2VjcmV0LWtleQ==';

test('connection strings and https endpoints are taken without a call', () => {
  for (const connection of [
    `${ACCOUNT};EndpointSuffix=core.windows.net`,
    `${ACCOUNT};BlobEndpoint=http://127.0.0.1:10000/acc;`,
    ` ${ACCOUNT};EndpointSuffix=core.windows.net\n`,
    `${BLOBS};${SIGNED}`,
    'UseDevelopmentStorage=true',
    'https://acc.blob.core.windows.net',
    'https://acc.blob.core.windows.net/',
  ]) {
    openBlobStore({ connection, ...quietly() });
  }
});

test('what is no connection is refused without a word of it', () => {
  for (const connection of [
    '',
    KEY,
    `AccountKey=${KEY}`,
    `AccountName=acc;AccountKey=${KEY};EndpointSuffix=core.windows.net`,
    ACCOUNT,
    `DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=${KEY}!;EndpointSuffix=core.windows.net`,
    `DefaultEndpointsProtocol=https;AccountKey=${KEY};EndpointSuffix=core.windows.net`,
    `${ACCOUNT};BlobEndpoint=${KEY}`,
    SIGNED,
    'http://acc.blob.core.windows.net',
    'https://acc.blob.core.windows.net/?sv=2022-11-02&sig=c2VjcmV0LWtleQ%3D%3D',
    'https://user:c2VjcmV0LWtleQ@acc.blob.core.windows.net',
    'https://',
  ]) {
    const fault = expectFault(() => openBlobStore({ connection, ...quietly() }), {
      code: 'SCORE_ERR_SETTING',
      message: 'WARMSTART_STORAGE',
    });
    assert.ok(!/c2VjcmV0|acc\b/.test(String(fault.stack)), fault.message);
  }
});

test('what only the storage client finds out is refused the same way', async () => {
  const connection = `DefaultEndpointsProtocol=ftp;AccountName=acc;AccountKey=${KEY};EndpointSuffix=core.windows.net`;
  const store = openBlobStore({ connection, ...quietly() });
  const fault = await expectRejection(store.find({ container: 'box', name: 'x' }), {
    code: 'SCORE_ERR_SETTING',
    message: 'WARMSTART_STORAGE',
  });
  assert.equal(fault.cause, undefined);
});

test('an account without queues has no place for messages', async () => {
  const store = openBlobStore({ connection: `${BLOBS};${SIGNED}`, ...quietly() });
  await expectRejection(store.enqueue('queue', 'x'), { code: 'SCORE_ERR_SETTING', message: 'queues' });
});
