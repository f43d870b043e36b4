import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { spool } from '../../../../shared/batch/artifacts/spool.js';
import { systemClock } from '../../../../shared/clock.js';
import { openBlobStore } from '../../../../shared/storage/azureBlobStore.js';
import type { BlobStore } from '../../../../shared/storage/blobStore.js';
import { startAzurite } from '../../../support/azurite.js';
import { expectRejection } from '../../../support/expectFault.js';
import { KeptLog } from '../../../support/startServices.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const MiB = 2 ** 20;
const file = fileCleanUp();
let store: BlobStore;

before(async () => {
  const { connectionString: connection } = await startAzurite(file);
  store = openBlobStore({ connection, clock: systemClock, random: () => 0, log: new KeptLog() });
});

/** So many bytes in chunks of 100,000, each byte the number of its chunk. */
async function* chunksOf(length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < length; at += 100_000, i++) {
    yield await Promise.resolve(new Uint8Array(Math.min(100_000, length - at)).fill(i));
  }
}

const blobOf = (name: string) => ({ container: 'batches', name });
const keep = (name: string, length: number, limits = { mostDirectBytes: 6 * MiB, mostBytes: 20 * MiB }) =>
  spool(store, chunksOf(length), {
    blob: blobOf(name),
    contentType: 'application/zip',
    newId: randomUUID,
    ...limits,
  });

async function all(length: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(length)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('few bytes stay in memory, up to the limit', async () => {
  for (const length of [0, 1, 250_000, 6 * MiB]) {
    const bytes = await keep('small', length);
    assert.ok(bytes instanceof Uint8Array);
    assert.ok(Buffer.from(bytes).equals(await all(length)));
  }
  assert.equal(await store.find(blobOf('small')), undefined);
});

test('more bytes are in storage, all of them', async () => {
  for (const length of [6 * MiB + 1, 17 * MiB + 3]) {
    const name = `large-${length}`;
    assert.equal(await keep(name, length), 'stored');
    const found = await store.read(blobOf(name));
    assert.equal(found?.facts.contentType, 'application/zip');
    assert.ok(Buffer.from(found.bytes).equals(await all(length)));
  }
});

test('too many bytes are refused by name, and nothing of them is to be seen', async () => {
  await expectRejection(keep('huge', 20 * MiB + 1), {
    code: 'SCORE_ERR_ARTIFACT_TOO_LARGE',
    message: 'over 20 MiB; ask for fewer items with from and count',
  });
  assert.equal(await store.find(blobOf('huge')), undefined);
});

test('two that write the same blob both end with it', async () => {
  assert.deepEqual(await Promise.all([keep('both', 9 * MiB), keep('both', 9 * MiB)]), ['stored', 'stored']);
  const found = await store.read(blobOf('both'));
  assert.ok(Buffer.from(found?.bytes ?? []).equals(await all(9 * MiB)));
});

test('a blob that is there already stays', async () => {
  await store.put(blobOf('first'), new Uint8Array([1]));
  assert.equal(await keep('first', 9 * MiB), 'stored');
  assert.equal((await store.find(blobOf('first')))?.sizeBytes, 1);
});
