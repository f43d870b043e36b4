import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { BlobAddress, BlobStore, WriteCondition } from '../../../shared/storage/blobStore.js';
import { utf8 } from '../../support/bytes.js';
import { expectRejection } from '../../support/expectFault.js';
import { throughProxy, type ProxyAction } from '../../support/storageProxy.js';
import { LineLog, pattern, storeBed } from './storeSupport.js';

const bed = storeBed();
const newBlob = (): BlobAddress => ({ container: 'writes', name: randomUUID() });

/** Ways to write 'new' over a blob, or where none is. */
const writers = {
  async put(store: BlobStore, blob: BlobAddress, when?: WriteCondition) {
    return store.put(blob, utf8('new'), when ? { when } : {});
  },
  async commitBlocks(store: BlobStore, blob: BlobAddress, when?: WriteCondition) {
    return store.commitBlocks(blob, ['0000', '0001'], when ? { when } : {});
  },
};

for (const [name, write] of Object.entries(writers)) {
  describe(`a lost answer to ${name}`, () => {
    const prepare = async (blob: BlobAddress): Promise<void> => {
      // Azurite takes a blob with staged blocks for one that is there already when it is put
      if (name !== 'commitBlocks') return;
      await bed.direct.stageBlock(blob, '0000', utf8('n'));
      await bed.direct.stageBlock(blob, '0001', utf8('ew'));
    };
    /** Writes behind the proxy; gives the outcome after checking that the blob is the written one. */
    const expectWritten = async (blob: BlobAddress, when: WriteCondition | undefined): Promise<void> => {
      const outcome = await write(bed.open(), blob, when);
      const found = await bed.direct.read(blob);
      assert.deepEqual(outcome, { etag: found?.facts.etag });
      assert.deepEqual(found?.bytes, utf8('new'));
    };

    test('is no conflict with the own write, whatever the condition', async () => {
      for (const actions of [
        ['drop-after'],
        ['drop-after', 'drop-after'],
        ['503', 'drop-before', 'drop-after', '503'],
        // the read back is lost too
        ['drop-after', 'pass', 'drop-before'],
      ] as ProxyAction[][]) {
        const absent = newBlob();
        await prepare(absent);
        bed.next(...actions);
        await expectWritten(absent, 'absent');
        const present = newBlob();
        const { etag } = (await bed.direct.put(present, utf8('old'))) as { etag: string };
        await prepare(present);
        bed.next(...actions);
        await expectWritten(present, { etag });
        const any = newBlob();
        await prepare(any);
        bed.next(...actions);
        await expectWritten(any, undefined);
      }
    });

    test('is a conflict when the write that is there is another one', async () => {
      for (const when of ['absent', 'etag'] as const) {
        const blob = newBlob();
        const first = when === 'etag' ? await bed.direct.put(blob, utf8('old')) : undefined;
        const condition = first === undefined || first === 'conflict' ? 'absent' : { etag: first.etag };
        await prepare(blob);
        bed.proxy.calls = 0;
        bed.proxy.onCall = async (n) => {
          // the same bytes from somebody else are still a foreign write
          if (n === 2) await bed.direct.put(blob, utf8('new'));
          return n === 1 ? 'drop-before' : 'pass';
        };
        assert.equal(await write(bed.open(), blob, condition), 'conflict');
      }
    });

    test('is a conflict at once when the first answer says so', async () => {
      const blob = newBlob();
      await prepare(blob);
      await bed.direct.put(blob, utf8('foreign'));
      bed.next();
      assert.equal(await write(bed.open(), blob, 'absent'), 'conflict');
      assert.equal(await write(bed.open(), blob, { etag: '"0x1"' }), 'conflict');
      assert.equal(bed.proxy.calls, 2);
    });
  });
}

test('a container that is missing is made in the middle of faults', async () => {
  for (const actions of [
    ['pass', 'drop-before'],
    ['pass', 'drop-after', '503'],
    ['pass', 'pass', 'drop-after'],
  ] as ProxyAction[][]) {
    const blob = { container: `c-${randomUUID()}`, name: 'x' };
    bed.next(...actions);
    const outcome = await bed.open().put(blob, utf8('new'), { when: 'absent' });
    assert.deepEqual(outcome, { etag: (await bed.direct.find(blob))?.etag });
    const other = { container: `c-${randomUUID()}`, name: 'x' };
    bed.next(...actions);
    await bed.open().stageBlock(other, '0000', utf8('new'));
    await bed.direct.commitBlocks(other, ['0000']);
    assert.deepEqual((await bed.direct.read(other))?.bytes, utf8('new'));
  }
});

test('metadata whose answer is lost is no conflict', async () => {
  const blob = newBlob();
  const { etag } = (await bed.direct.put(blob, utf8('x'))) as { etag: string };
  bed.next('drop-after');
  const outcome = await bed.open().setMetadata(blob, { state: 'done' }, { etag });
  const found = await bed.direct.find(blob);
  assert.deepEqual(outcome, { etag: found?.etag });
  assert.deepEqual(found?.metadata, { state: 'done' });
});

test('a removal and a list whose answers are lost are done all the same', async () => {
  const blob = newBlob();
  await bed.direct.put(blob, utf8('x'));
  bed.next('drop-after');
  await bed.open().remove(blob);
  assert.equal(await bed.direct.find(blob), undefined);
  const listed = { container: `c-${randomUUID()}`, name: 'y' };
  await bed.direct.put(listed, utf8('x'));
  bed.next('drop-after', { cutAfterBytes: 100 });
  assert.equal((await bed.open().list(listed.container, '')).blobs.length, 1);
  assert.equal(bed.proxy.calls, 3);
});

test('a large upload is repeated from its beginning', async () => {
  const blob = newBlob();
  const bytes = pattern(5_000_000);
  bed.next('drop-before', '503', 'drop-after');
  await bed.open().put(blob, bytes, { when: 'absent' });
  assert.ok(Buffer.from(bytes).equals((await bed.direct.read(blob))?.bytes as Uint8Array));
});

test('a wrong key is refused at once, and neither key nor address is told', async () => {
  const key = Buffer.from('canary-key').toString('base64');
  const connection = bed.connection.replace(/AccountKey=[^;]+/, `AccountKey=${key}`);
  const signed = `${/BlobEndpoint=[^;]+/.exec(bed.connection)?.[0] ?? ''};SharedAccessSignature=sv=2022-11-02&sig=${key}`;
  const blob = newBlob();
  await bed.direct.put(blob, utf8('x'));
  for (const wrong of [connection, signed]) {
    const store = bed.open({ connection: wrong });
    const calls: (() => Promise<unknown>)[] = [
      () => store.find(blob),
      () => store.read(blob),
      () => store.put(blob, utf8('x')),
      () => store.list('writes', ''),
      () => store.enqueue('queue', 'x'),
    ];
    // the signature alone names no queues
    for (const call of wrong === signed ? calls.slice(0, 4) : calls) {
      const fault = await expectRejection(call(), { code: 'SCORE_ERR_STORAGE_REFUSED', message: '403' });
      const told = `${fault.message} ${String(fault.stack)} ${String(fault.cause)}`;
      assert.ok(!/Y2FuYXJ5|sig=|http:|127\.0\.0\.1|devstoreaccount1/.test(told), told);
    }
  }
});

test('what is logged of faults holds no key, address or signature', async () => {
  const log = new LineLog();
  const store = bed.open({ log });
  const signed = `${/BlobEndpoint=[^;]+/.exec(bed.connection)?.[0] ?? ''};SharedAccessSignature=sv=2022-11-02&sig=Y2FuYXJ5`;
  bed.next('503', 'drop-before', 'drop-after', { cutAfterBytes: 0 });
  await store.put(newBlob(), utf8('x'), { when: 'absent' });
  bed.proxy.onCall = () => 'drop-before';
  const unavailable = { code: 'SCORE_ERR_STORAGE_UNAVAILABLE' } as const;
  for (const one of [store, bed.open({ log, connection: throughProxy(signed, bed.proxy.port) })]) {
    await expectRejection(one.read(newBlob()), unavailable);
  }
  // a host that is not there
  const unknown = `AccountName=acc;AccountKey=Y2FuYXJ5;BlobEndpoint=http://canary.invalid/acc`;
  const lost = bed.open({ log, connection: `DefaultEndpointsProtocol=http;${unknown}` });
  const fault = await expectRejection(lost.read(newBlob()), unavailable);
  const told = [...log.lines, fault.message].join('\n');
  assert.ok(log.lines.length >= 18, told);
  assert.ok(!/Y2FuYXJ5|canary|sig=|http:|127\.0\.0\.1|devstoreaccount1/.test(told), told);
});
