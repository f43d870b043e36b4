import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlobAccount } from '../../../local/blobs/blobAccount.js';
import { TestClock } from '../../support/testClock.js';

const SIGNATURE = 'SharedAccessSignature=sv=2022-11-02&sig=secret%3D';
const BLOBS = 'BlobEndpoint=https://acc.blob.core.windows.net/';
const QUEUES = 'QueueEndpoint=https://acc.queue.core.windows.net/';

test('the address of a blob holds no shared access signature', () => {
  const account = new BlobAccount(`${BLOBS};${QUEUES};${SIGNATURE}`, new TestClock());
  const uri = account.uri('box', 'a b/c?');
  assert.equal(uri, 'https://acc.blob.core.windows.net/box/a%20b/c%3F');
  assert.deepEqual(account.locate(uri), { container: 'box', blob: 'a b/c?' });
  for (const none of ['', '%ff', 'x'.repeat(1_025)])
    assert.equal(account.locate(account.uri('box', '') + none), undefined);
});

test('an account without queues has no place for what is given up', () => {
  assert.throws(() => new BlobAccount(`${BLOBS};${SIGNATURE}`, new TestClock()));
});
