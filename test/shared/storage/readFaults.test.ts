import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { BlobAddress } from '../../../shared/storage/blobStore.js';
import { utf8 } from '../../support/bytes.js';
import { expectRejection } from '../../support/expectFault.js';
import { fc } from '../../support/property.js';
import type { ProxyAction } from '../../support/storageProxy.js';
import { LineLog, pattern, ReadyClock, storeBed } from './storeSupport.js';

const blob: BlobAddress = { container: `c-${randomUUID()}`, name: 'big' };
const bytes = pattern(3_000_000);

const bed = storeBed((store) => store.put(blob, bytes));

class LookedAtClock extends ReadyClock {
  looks = 0;

  override nowMs(): number {
    this.looks += 1;
    return super.nowMs();
  }
}

const cut = (cutAfterBytes: number): ProxyAction => ({ cutAfterBytes });

/** Reads a range behind the proxy while its calls go these ways. */
async function readWith(...actions: ProxyAction[]): Promise<number> {
  const store = bed.open();
  bed.next(...actions);
  const range = await store.readRange(blob, 1_000, 2_900_000);
  assert.ok(Buffer.from(bytes.subarray(1_000, 2_900_000)).equals(range));
  assert.equal(range.buffer.byteLength, range.length);
  return bed.proxy.calls;
}

test('a read goes on after answers that pass and connections that break', async () => {
  assert.equal(await readWith('503', '503'), 3);
  assert.equal(await readWith('drop-before', 'drop-after'), 3);
});

test('a body that is cut is taken up where it ended', async () => {
  assert.equal(await readWith(cut(1_000_000)), 2);
  assert.equal(await readWith(cut(0)), 2);
  assert.equal(await readWith(cut(1), cut(0), cut(1_500_000)), 4);
  assert.equal(await readWith(cut(100_000), '503', cut(100_000), 'drop-before', cut(100_000)), 6);
});

test('only the rest of a cut body is asked for, of the same state', async () => {
  const asked: unknown[] = [];
  bed.proxy.onCall = (n, { headers }) => {
    asked.push([headers['x-ms-range'] ?? headers.range, headers['if-match']]);
    return n === bed.proxy.calls && asked.length === 1 ? cut(65_536) : 'pass';
  };
  const etag = (await bed.direct.find(blob))?.etag;
  await bed.open().readRange(blob, 10, 1_000_010);
  assert.deepEqual(asked[0], ['bytes=10-1000009', undefined]);
  assert.equal(asked.length, 2);
  const [range, ifMatch] = asked[1] as [string, string];
  const [, from] = /^bytes=(\d+)-1000009$/.exec(range) ?? [];
  // what was under way in the line when it was cut may be lost
  assert.ok(Number(from) > 10 && Number(from) <= 65_546, range);
  assert.equal(ifMatch, etag);
});

test('whatever is cut where, the bytes are exact', async () => {
  const store = bed.open();
  const place = fc.integer({ min: 0, max: 2_999_999 });
  const cuts = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 400_000 }).map(cut),
      fc.constantFrom<ProxyAction>('503', 'drop-before', 'drop-after'),
    ),
    // of six tries one may go to a connection that the run before left behind, see the test below
    { maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(place, place, cuts, async (one, other, actions) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      bed.next(...actions);
      assert.ok(Buffer.from(bytes.subarray(from, to)).equals(await store.readRange(blob, from, to)));
    }),
    { numRuns: 40 },
  );
});

test('a connection that ends while it is kept costs the next call one try', async () => {
  const log = new LineLog();
  const store = bed.open({ log });
  // all bytes have come, so the read succeeds and its connection is kept
  bed.next(cut(100_000));
  await store.readRange(blob, 0, 100_000);
  assert.deepEqual(log.lines, []);
  bed.next();
  assert.ok(Buffer.from(bytes.subarray(0, 100_000)).equals(await store.readRange(blob, 0, 100_000)));
  assert.ok(log.lines.length <= 1, log.lines.join('\n'));
  assert.equal(bed.proxy.calls, 1);
});

test('reads of a whole blob and streams are taken up too', async () => {
  const store = bed.open();
  bed.next(cut(0), cut(1_000_000));
  const found = await store.read(blob);
  assert.ok(Buffer.from(bytes).equals(found?.bytes as Uint8Array));
  assert.deepEqual(found?.facts, await bed.direct.find(blob));
  bed.next(cut(1_000_000), '503', cut(500_000));
  const pieces = [];
  for await (const piece of store.stream(blob, { from: 7 })) pieces.push(piece);
  assert.ok(Buffer.concat(pieces).equals(bytes.subarray(7)));
});

test('a body that stalls for 10 s is taken up where it ended', async () => {
  const clock = new LookedAtClock();
  const asked: string[] = [];
  bed.proxy.onCall = (_n, { headers }): ProxyAction => {
    asked.push(String(headers['x-ms-range'] ?? headers.range));
    return asked.length === 1 ? { stallAfterBytes: 1_000 } : 'pass';
  };
  const reading = bed.open({ clock }).readRange(blob, 0, 3_000_000);
  // once for the beginning of the watch, again for the bytes, which come as one
  await until(() => clock.looks >= 2);
  clock.move(9_999);
  assert.equal(asked.length, 1);
  clock.move(1);
  assert.ok(Buffer.from(bytes).equals(await reading));
  assert.equal(asked.length, 2);
  assert.equal(asked[1], 'bytes=1000-2999999');
});

test('a silent server is given up 10 s after each call, six times', async () => {
  const clock = new ReadyClock();
  bed.next('silent', 'silent', 'silent', 'silent', 'silent', 'silent');
  const reading = bed.open({ clock }).readRange(blob, 0, 3_000_000);
  const ended = expectRejection(reading, {
    code: 'SCORE_ERR_STORAGE_UNAVAILABLE',
    message: 'storage does not answer',
  });
  for (let n = 1; n <= 6; n += 1) {
    await until(() => bed.proxy.calls === n);
    clock.move(9_999);
    assert.equal(bed.proxy.calls, n);
    clock.move(1);
  }
  await ended;
  assert.equal(bed.proxy.calls, 6);
  assert.equal(clock.alarms, 0);
});

test('tries that are used up say so after six calls, with every kind of call', async () => {
  const store = bed.open();
  const unavailable = { code: 'SCORE_ERR_STORAGE_UNAVAILABLE' } as const;
  const calls: (() => Promise<unknown>)[] = [
    () => store.find(blob),
    () => store.read(blob),
    () => store.readRange(blob, 0, 10),
    () => store.stream(blob)[Symbol.asyncIterator]().next(),
    () => store.put(blob, utf8('x'), { when: 'absent' }),
    () => store.stageBlock(blob, '0000', utf8('x')),
    () => store.commitBlocks(blob, ['0000']),
    () => store.setMetadata(blob, {}),
    () => store.remove(blob),
    () => store.list(blob.container, ''),
  ];
  for (const call of calls) {
    bed.proxy.calls = 0;
    bed.proxy.onCall = () => '503';
    const fault = await expectRejection(call(), unavailable);
    assert.match(String(fault.cause), /503/);
    assert.equal(bed.proxy.calls, 6, fault.message);
  }
});

test('a blob that is overwritten between two tries of a range is refused', async () => {
  const own = { ...blob, name: 'overwritten' };
  await bed.direct.put(own, bytes);
  // the new state may be shorter than what has come already
  for (const after of [pattern(3_000_000, 2), utf8('short'), new Uint8Array(0)]) {
    await bed.direct.put(own, bytes);
    bed.proxy.calls = 0;
    bed.proxy.onCall = async (n) => {
      if (n === 2) await bed.direct.put(own, after);
      return n === 1 ? cut(1_000_000) : 'pass';
    };
    const reading = bed.open().readRange(own, 0, 3_000_000);
    await expectRejection(reading, { code: 'SCORE_ERR_STORAGE_CHANGED', message: own.name });
  }
});

test('a whole blob that is overwritten between two tries is read in its new state', async () => {
  const own = { ...blob, name: 'overwritten' };
  const after = pattern(2_000_000, 3);
  const { etag } = (await bed.direct.put(own, bytes)) as { etag: string };
  const overwriteAtSecond = async (n: number): Promise<ProxyAction> => {
    if (n === 2) await bed.direct.put(own, after);
    return n === 1 ? cut(1_000_000) : 'pass';
  };
  bed.proxy.calls = 0;
  bed.proxy.onCall = overwriteAtSecond;
  assert.ok(Buffer.from(after).equals((await bed.open().read(own))?.bytes as Uint8Array));
  await bed.direct.put(own, bytes, {});
  const current = (await bed.direct.find(own))?.etag as string;
  assert.notEqual(current, etag);
  bed.proxy.calls = 0;
  await expectRejection(bed.open().read(own, { ifMatch: current }), { code: 'SCORE_ERR_STORAGE_CHANGED' });
});

test('a signal ends a read in the middle of its body with its reason', async () => {
  const reason = new Error('the job was cancelled');
  const clock = new ReadyClock();
  for (const action of ['silent', { stallAfterBytes: 1_000_000 }] as ProxyAction[]) {
    const calling = new AbortController();
    bed.next(action);
    const reading = bed.open({ clock }).readRange(blob, 0, 3_000_000, { signal: calling.signal });
    await until(() => bed.proxy.calls === 1);
    calling.abort(reason);
    await assert.rejects(reading, (error) => error === reason);
    assert.equal(bed.proxy.calls, 1);
    assert.equal(clock.alarms, 0);
  }
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise(setImmediate);
}
