import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { QueueClient } from '@azure/storage-queue';
import { systemClock } from '../../../shared/clock.js';
import { listAll, type BlobAddress } from '../../../shared/storage/blobStore.js';
import { utf8 } from '../../support/bytes.js';
import { expectRejection } from '../../support/expectFault.js';
import { pattern, storeBed } from './storeSupport.js';

const bed = storeBed();
const newBlob = (name = 'a/b.csv'): BlobAddress => ({ container: `c-${randomUUID()}`, name });

/** Narrows the outcome of a write that must not be refused. */
function etagOf(outcome: { readonly etag: string } | 'conflict' | undefined): string {
  assert.ok(outcome !== undefined && outcome !== 'conflict', 'the write was refused');
  return outcome.etag;
}

describe('writing and reading a blob', () => {
  test('what was put is read with its facts, in a container that was not there', async () => {
    const blob = newBlob();
    const bytes = utf8('a,b\n1,2\n');
    const metadata = { rows: '1', kind: 'part' };
    const etag = etagOf(await bed.direct.put(blob, bytes, { contentType: 'text/csv', metadata }));
    const found = await bed.direct.read(blob);
    assert.deepEqual(found?.bytes, bytes);
    const contentMd5 = createHash('md5').update(bytes).digest('base64');
    const { modifiedMs, ...facts } = found.facts;
    assert.deepEqual(facts, { etag, sizeBytes: 8, metadata, contentType: 'text/csv', contentMd5 });
    assert.ok(Math.abs(modifiedMs - Date.now()) < 60_000);
    assert.deepEqual(await bed.direct.find(blob), found.facts);
    assert.match(etag, /^"[^"]+"$/);
  });

  test('an empty blob is read as no bytes', async () => {
    const blob = newBlob();
    const etag = etagOf(await bed.direct.put(blob, new Uint8Array(0)));
    const found = await bed.direct.read(blob);
    assert.equal(found?.bytes.length, 0);
    assert.equal(found.facts.etag, etag);
    assert.deepEqual(await bed.direct.readRange(blob, 0, 10), new Uint8Array(0));
    for await (const piece of bed.direct.stream(blob)) assert.fail(`got ${piece.length} bytes`);
  });

  test('only the bytes of the view are written', async () => {
    const blob = newBlob();
    await bed.direct.put(blob, utf8('xxhelloxx').subarray(2, 7));
    assert.deepEqual((await bed.direct.read(blob))?.bytes, utf8('hello'));
  });

  test('a blob that is not there is undefined, in a container that is there or not', async () => {
    const blob = newBlob();
    for (let turn = 1; turn <= 2; turn += 1) {
      assert.equal(await bed.direct.find(blob), undefined);
      assert.equal(await bed.direct.read(blob), undefined);
      assert.equal(await bed.direct.setMetadata(blob, {}), undefined);
      assert.equal(await bed.direct.setMetadata(blob, {}, { etag: '"0x1"' }), 'conflict');
      await bed.direct.remove(blob);
      await expectRejection(bed.direct.readRange(blob, 0, 1), {
        code: 'SCORE_ERR_STORAGE_NOT_FOUND',
        message: blob.container,
      });
      await bed.direct.put({ ...blob, name: 'other' }, utf8('x'));
    }
  });

  test('a blob over the limit is refused', async () => {
    const blob = newBlob();
    await bed.direct.put(blob, pattern(101));
    await expectRejection(bed.direct.read(blob, { maxBytes: 100 }), { code: 'SCORE_ERR_STORAGE_TOO_LARGE' });
    assert.equal((await bed.direct.read(blob, { maxBytes: 101 }))?.bytes.length, 101);
  });

  test('names of all kinds lead to their blob', async () => {
    const { container } = newBlob();
    const names = [
      'a//b',
      'end/',
      'é ü/Ж',
      'a?b#c%25',
      'a+b&c=d',
      "it's",
      'a%2e%2e/b',
      '..a/b..',
      'x\\y',
      '...',
    ];
    for (const name of names) await bed.direct.put({ container, name }, utf8(name));
    for (const name of names) {
      assert.deepEqual((await bed.direct.read({ container, name }))?.bytes, utf8(name), name);
    }
  });

  test('names that would lead to another blob are no blobs', async () => {
    const secret = newBlob('secret');
    await bed.direct.put(secret, utf8('secret'));
    const escape = { container: newBlob().container, name: `../${secret.container}/secret` };
    const names = [escape, { ...secret, name: './secret' }, { ...secret, name: 'x/../secret' }];
    const others = [
      { ...secret, name: '' },
      { ...secret, name: '\ud800' },
      { container: '..', name: 'secret' },
    ];
    for (const blob of [...names, ...others]) {
      assert.equal(await bed.direct.find(blob), undefined);
      assert.equal(await bed.direct.read(blob), undefined);
      await bed.direct.remove(blob);
      const missing = { code: 'SCORE_ERR_STORAGE_NOT_FOUND' } as const;
      await expectRejection(bed.direct.readRange(blob, 0, 1), missing);
      await expectRejection(bed.direct.put(blob, utf8('x')), missing);
      await expectRejection(bed.direct.link(blob, { permission: 'read', lifetimeMs: 1_000 }), missing);
    }
    assert.deepEqual((await bed.direct.read(secret))?.bytes, utf8('secret'));
  });

  test('what is removed is gone', async () => {
    const blob = newBlob();
    await bed.direct.put(blob, utf8('x'));
    await bed.direct.remove(blob);
    assert.equal(await bed.direct.find(blob), undefined);
  });
});

describe('conditional writes', () => {
  test('only one of many writes a blob that must be absent', async () => {
    const blob = newBlob();
    const writes = [1, 2, 3, 4, 5].map((n) => bed.direct.put(blob, utf8(`writer ${n}`), { when: 'absent' }));
    const outcomes = await Promise.all(writes);
    const winners = outcomes.flatMap((outcome, at) => (outcome === 'conflict' ? [] : [at + 1]));
    assert.equal(winners.length, 1);
    assert.deepEqual((await bed.direct.read(blob))?.bytes, utf8(`writer ${String(winners[0])}`));
  });

  test('an ETag lets one write through, and none on a blob that is gone', async () => {
    const blob = newBlob();
    const first = etagOf(await bed.direct.put(blob, utf8('1')));
    const second = etagOf(await bed.direct.put(blob, utf8('2'), { when: { etag: first } }));
    assert.equal(await bed.direct.put(blob, utf8('3'), { when: { etag: first } }), 'conflict');
    assert.deepEqual((await bed.direct.read(blob))?.bytes, utf8('2'));
    await bed.direct.remove(blob);
    assert.equal(await bed.direct.put(blob, utf8('3'), { when: { etag: second } }), 'conflict');
    assert.equal(await bed.direct.find(blob), undefined);
  });

  test('blocks are not seen before they are committed, and then in the order asked for', async () => {
    const blob = newBlob();
    await bed.direct.stageBlock(blob, '0001', utf8('b'));
    await bed.direct.stageBlock(blob, '0000', utf8('a'));
    assert.equal(await bed.direct.find(blob), undefined);
    const options = { when: 'absent', contentType: 'text/csv', metadata: { rows: '2' } } as const;
    const etag = etagOf(await bed.direct.commitBlocks(blob, ['0000', '0001'], options));
    const found = await bed.direct.read(blob);
    assert.deepEqual(found?.bytes, utf8('ab'));
    assert.equal(found.facts.etag, etag);
    assert.equal(found.facts.contentType, 'text/csv');
    assert.deepEqual(found.facts.metadata, { rows: '2' });
    assert.equal(await bed.direct.commitBlocks(blob, ['0000', '0001'], options), 'conflict');
    etagOf(await bed.direct.commitBlocks(blob, ['0000', '0001'], { when: { etag } }));
  });

  test('a block that is not there is told', async () => {
    const blob = newBlob();
    await bed.direct.stageBlock(blob, '0000', utf8('a'));
    const committing = bed.direct.commitBlocks(blob, ['0000', '0001']);
    await expectRejection(committing, { code: 'SCORE_ERR_STORAGE_CHANGED', message: blob.name });
  });

  test('metadata is replaced as a whole, under an ETag when asked', async () => {
    const blob = newBlob();
    const first = etagOf(await bed.direct.put(blob, utf8('x'), { metadata: { a: '1', b: '2' } }));
    const second = etagOf(await bed.direct.setMetadata(blob, { a: '3' }, { etag: first }));
    assert.deepEqual((await bed.direct.find(blob))?.metadata, { a: '3' });
    assert.equal(await bed.direct.setMetadata(blob, { a: '4' }, { etag: first }), 'conflict');
    assert.notEqual(etagOf(await bed.direct.setMetadata(blob, { c: '5' })), second);
    assert.deepEqual((await bed.direct.read(blob))?.facts.metadata, { c: '5' });
  });

  test('metadata that storage would not keep as it is is a fault of the caller', async () => {
    const long = { a: 'x'.repeat(5_000), b: 'x'.repeat(5_000) };
    for (const metadata of [
      { a: 'line\nbreak' },
      { a: 'é' },
      { A: '1' },
      { 'a-b': '1' },
      { writeid: '1' },
      long,
    ]) {
      await assert.rejects(bed.direct.put(newBlob(), utf8('x'), { metadata }), TypeError);
    }
  });
});

describe('lists', () => {
  test('pages follow each other in order of name, with metadata and the facts of the blobs', async () => {
    const { container } = newBlob();
    const names = ['p/1', 'p/10', 'p/2 é&<', 'p/3'];
    for (const name of [...names, 'q/1']) {
      await bed.direct.put({ container, name }, utf8(name), { metadata: { owner: `o ${name.length}` } });
    }
    const first = await bed.direct.list(container, 'p/', { pageSize: 3 });
    assert.deepEqual(
      first.blobs.map((blob) => blob.name),
      names.slice(0, 3),
    );
    const last = await bed.direct.list(container, 'p/', { pageSize: 3, next: first.next as string });
    assert.equal(last.next, undefined);
    assert.deepEqual(
      last.blobs.map((blob) => blob.name),
      names.slice(3),
    );
    for (const { name, ...facts } of [...first.blobs, ...last.blobs]) {
      assert.deepEqual(facts, await bed.direct.find({ container, name }));
    }
    const all: string[] = [];
    for await (const { name } of listAll(bed.direct, container, '')) all.push(name);
    assert.deepEqual(all, [...names, 'q/1']);
  });

  test('a container that is not there, or cannot be, has no blobs', async () => {
    assert.deepEqual(await bed.direct.list(newBlob().container, ''), { blobs: [] });
    assert.deepEqual(await bed.direct.list('No Container', ''), { blobs: [] });
  });
});

describe('links and messages', () => {
  test('a read link gives the blob under a file name and may not write', async () => {
    const store = bed.open({ clock: systemClock });
    const blob = newBlob('r/ü "x".csv');
    await store.put(blob, utf8('hello'));
    const fileName = 'résult "1"; (ok).csv';
    const link = (await store.link(blob, { permission: 'read', lifetimeMs: 60_000, fileName })) as string;
    const answer = await fetch(link);
    assert.equal(await answer.text(), 'hello');
    assert.equal(
      answer.headers.get('content-disposition'),
      `attachment; filename="r_sult _1_; (ok).csv"; filename*=UTF-8''r%C3%A9sult%20%221%22%3B%20%28ok%29.csv`,
    );
    assert.equal((await write(link)).status, 403);
  });

  test('a write link writes its blob, may not read it and ends', async () => {
    const blob = newBlob();
    const store = bed.open({ clock: systemClock });
    await store.put({ ...blob, name: 'makes the container' }, utf8('x'));
    const link = (await store.link(blob, { permission: 'write', lifetimeMs: 60_000 })) as string;
    assert.equal((await write(link)).status, 201);
    assert.equal((await fetch(link)).status, 403);
    assert.deepEqual((await store.read(blob))?.bytes, utf8('written'));
    const ended = (await store.link(blob, { permission: 'write', lifetimeMs: -1_000 })) as string;
    assert.equal((await write(ended)).status, 403);
  });

  test('an account that is opened by a signature makes no links', async () => {
    const account =
      'BlobEndpoint=https://acc.blob.core.windows.net;SharedAccessSignature=sv=2022-11-02&sig=c2VjcmV0';
    const store = bed.open({ connection: account });
    assert.equal(await store.link(newBlob(), { permission: 'read', lifetimeMs: 1_000 }), undefined);
  });

  test('a message comes in base64 in a queue that was not there', async () => {
    const queue = `q-${randomUUID()}`;
    await bed.direct.enqueue(queue, '{"job":"é"}');
    await bed.direct.enqueue(queue, 'second');
    const client = new QueueClient(bed.connection, queue);
    const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 10 });
    const texts = receivedMessageItems.map((item) => Buffer.from(item.messageText, 'base64').toString());
    assert.deepEqual(texts, ['{"job":"é"}', 'second']);
  });

  test('a queue that cannot be is refused', async () => {
    await expectRejection(bed.direct.enqueue('Not A Queue', 'x'), { code: 'SCORE_ERR_STORAGE_REFUSED' });
  });
});

function write(link: string): Promise<Response> {
  return fetch(link, { method: 'PUT', body: 'written', headers: { 'x-ms-blob-type': 'BlockBlob' } });
}
