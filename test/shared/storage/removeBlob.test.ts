import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../shared/clock.js';
import { openBlobStore } from '../../../shared/storage/azureBlobStore.js';
import { startAzurite } from '../../support/azurite.js';
import { utf8 } from '../../support/bytes.js';
import { expectRejection } from '../../support/expectFault.js';
import { KeptLog } from '../../support/startServices.js';

test('a blob is removed in the state that is named, and in no other', async (t) => {
  const { connectionString } = await startAzurite(t);
  const log = new KeptLog();
  const store = openBlobStore({ connection: connectionString, clock: systemClock, random: Math.random, log });
  const blob = { container: 'models', name: 'm/1/manifest.json' };
  const first = await store.put(blob, utf8('one'));
  const second = await store.put(blob, utf8('two'));
  assert.ok(first !== 'conflict' && second !== 'conflict');
  const removing = store.remove(blob, undefined, first.etag);
  await expectRejection(removing, { code: 'SCORE_ERR_STORAGE_CHANGED', message: 'overwritten' });
  assert.ok(await store.find(blob));
  await store.remove(blob, undefined, second.etag);
  assert.equal(await store.find(blob), undefined);
  await store.remove(blob, undefined, second.etag);
});
