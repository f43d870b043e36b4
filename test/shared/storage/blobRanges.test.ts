import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { BlobAddress } from '../../../shared/storage/blobStore.js';
import { expectRejection } from '../../support/expectFault.js';
import { pattern, ReadyClock, storeBed } from './storeSupport.js';

const bed = storeBed();
const newBlob = (): BlobAddress => ({ container: `c-${randomUUID()}`, name: 'a/b.csv' });

describe('ranges and streams', () => {
  const blob = newBlob();
  const bytes = pattern(10_000_000);

  test('a range is cut at the end and owns its buffer', async () => {
    await bed.direct.put(blob, bytes);
    for (const [from, to] of [
      [0, 1],
      [3, 7_000_000],
      [9_999_990, 10_000_010],
    ] as const) {
      const range = await bed.direct.readRange(blob, from, to);
      assert.ok(Buffer.from(bytes.subarray(from, to)).equals(range));
      assert.equal(range.byteOffset, 0);
      assert.equal(range.buffer.byteLength, range.length);
      structuredClone(range, { transfer: [range.buffer] });
    }
  });

  test('a range at or beyond the end is empty, also under a condition', async () => {
    const etag = (await bed.direct.find(blob))?.etag as string;
    for (const options of [{}, { ifMatch: etag }]) {
      assert.equal((await bed.direct.readRange(blob, 10_000_000, 10_000_001, options)).length, 0);
      assert.equal((await bed.direct.readRange(blob, 20_000_000, 30_000_000, options)).length, 0);
    }
    assert.equal((await bed.direct.readRange(blob, 5, 5)).length, 0);
  });

  test('another state of the blob is refused, whatever the range', async () => {
    const options = { ifMatch: '"0x1"' };
    const changed = { code: 'SCORE_ERR_STORAGE_CHANGED' } as const;
    await expectRejection(bed.direct.readRange(blob, 0, 10, options), changed);
    await expectRejection(bed.direct.readRange(blob, 20_000_000, 20_000_001, options), changed);
    await expectRejection(bed.direct.read(blob, options), changed);
  });

  test('a range of more than 64 MiB is a fault of the caller', async () => {
    await assert.rejects(bed.direct.readRange(blob, 0, 64 * 2 ** 20 + 1), RangeError);
  });

  test('a stream gives the bytes in order, from and to any place', async () => {
    for (const [from, to] of [
      [0, undefined],
      [4_194_304, undefined],
      [123, 8_388_731],
      [0, 20_000_000],
      [9_999_999, undefined],
      [10_000_000, undefined],
    ] as const) {
      const pieces = [];
      for await (const piece of bed.direct.stream(blob, { from, ...(to === undefined ? {} : { to }) })) {
        assert.equal(piece.buffer.byteLength, piece.length);
        pieces.push(piece);
      }
      assert.ok(Buffer.concat(pieces).equals(bytes.subarray(from, to)), `${from} to ${String(to)}`);
    }
  });

  test('a stream that is left early leaves nothing under way', async () => {
    const clock = new ReadyClock();
    bed.next('pass', 'silent');
    for await (const piece of bed.open({ clock }).stream(blob)) {
      assert.equal(piece.length, 4 * 2 ** 20);
      break;
    }
    // deadlines of calls under way
    assert.equal(clock.alarms, 0);
  });

  test('a stream of no blob says so', async () => {
    const reading = (async () => {
      for await (const piece of bed.direct.stream(newBlob())) assert.fail(`got ${piece.length} bytes`);
    })();
    await expectRejection(reading, { code: 'SCORE_ERR_STORAGE_NOT_FOUND' });
  });

  test('a stream never mixes two states of the blob', async () => {
    const own = newBlob();
    await bed.direct.put(own, bytes);
    const reading = (async () => {
      for await (const piece of bed.direct.stream(own)) await bed.direct.put(own, piece);
    })();
    await expectRejection(reading, { code: 'SCORE_ERR_STORAGE_CHANGED' });
  });
});
