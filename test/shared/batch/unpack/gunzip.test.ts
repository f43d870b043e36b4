import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fc } from '../../../support/property.js';
import { inflateHead } from '../../../../shared/batch/unpack/inflateHead.js';
import { planOf, sourceOf, unpackAll } from './unpackAll.js';

const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => `${i},${(i * 7919) % 1000}\n`).join('');

test('gzip of several members is one text, wherever its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary', maxLength: 50 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      fc.nat({ max: 40 }),
      async (members, lengths, zeros) => {
        const gzip = Buffer.concat([...members.map((text) => gzipSync(text)), Buffer.alloc(zeros)]);
        const unpacked = await unpackAll(
          sourceOf(gzip, lengths),
          planOf({ gzip: true, format: 'jsonLines' }),
        );
        const text = Buffer.from(members.join('')).toString('latin1');
        assert.deepEqual(unpacked, { pieces: text === '' ? [] : [text] });
      },
    ),
    { numRuns: 300 },
  );
});

test('gzip that is cut, damaged, none or nested is refused', async () => {
  const gzip = gzipSync(lines(5000));
  const damaged = Buffer.from(gzip);
  damaged.fill(0xff, 2000, 2100);
  const wrongSum = Buffer.from(gzip);
  wrongSum.writeUInt32LE(1, gzip.length - 8);
  const cases: [Uint8Array, RegExp][] = [
    [gzip.subarray(0, -1), /is cut/],
    [gzip.subarray(0, 20), /is cut/],
    [gzip.subarray(0, 5), /is cut/],
    [damaged, /damaged/],
    [wrongSum, /damaged.*incorrect data check/],
    [Buffer.from('a,b\n1,2\n'), /damaged, or is none/],
    [new Uint8Array(0), /is cut/],
    [Buffer.concat([gzip, Buffer.from('a,b\n')]), /damaged/],
    [Buffer.concat([gzip, gzip.subarray(0, 100)]), /is cut/],
    [gzipSync(gzip), /gzip again/],
  ];
  for (const [bytes, message] of cases) {
    for (const lengths of [[], [1], [7, 4096]]) {
      const { fault, pieces } = await unpackAll(sourceOf(bytes, lengths), planOf({ gzip: true }));
      assert.equal(fault?.code, 'JOB_INPUT_FORMAT');
      assert.match(fault.message, message);
      // a piece that was cut anywhere would not be the same the next time
      assert.deepEqual(pieces, []);
    }
  }
});

test('one byte at a time shows nested gzip too', async () => {
  const nested = Buffer.concat([gzipSync('\x1f'), gzipSync(Buffer.from([0x8b, 8, 0]))]);
  const { fault } = await unpackAll(sourceOf(nested, [1]), planOf({ gzip: true }));
  assert.match(fault?.message ?? '', /gzip again/);
});

/** Zeros as one member of a gzip. */
const zeroMember = (bytes: number) => gzipSync(Buffer.alloc(bytes), { level: 9 });

test('a bomb is refused after a few MiB, by its ratio or by its size', async () => {
  // a GiB of zeros
  const bytes = Buffer.concat(new Array<Buffer>(64).fill(zeroMember(2 ** 24)));
  assert.ok(bytes.length < 1.1e6);
  const limits = { recordBytes: 2 ** 40 };
  const before = process.memoryUsage().arrayBuffers;
  let mostBytes = 0;
  async function* watched() {
    for await (const chunk of sourceOf(bytes, [4 * 2 ** 20])) yield chunk;
  }
  const timer = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers)), 1);
  const plan = planOf({ gzip: true, format: 'jsonLines', pieceBytes: 2 ** 30 });
  const byRatio = await unpackAll(watched(), { ...plan, limits });
  clearInterval(timer);
  assert.equal(byRatio.fault?.code, 'JOB_INPUT_BOMB');
  assert.match(byRatio.fault.message, /at most 200 times/);
  assert.ok(mostBytes - before < 64 * 2 ** 20, `${mostBytes - before} bytes were held`);
  assert.deepEqual(byRatio.pieces, []);
  const bySize = await unpackAll(watched(), { ...plan, limits: { ...limits, maxBytes: 5_000_000 } });
  assert.equal(bySize.fault?.code, 'JOB_INPUT_BOMB');
  assert.match(bySize.fault.message, /at most 5000000 bytes/);
});

test('a small text may be all blanks', async () => {
  const blanks = `${' '.repeat(99)}\n`.repeat(100_000);
  const unpacked = await unpackAll(sourceOf(gzipSync(blanks)), planOf({ gzip: true, pieceBytes: 2 ** 30 }));
  assert.deepEqual(unpacked, { pieces: [blanks] });
});

test('the head of a gzip is read from any first part of it', async () => {
  const text = lines(3000);
  const gzip = gzipSync(text);
  for (const cut of [200, 1000, 5000, gzip.length]) {
    for (const maxBytes of [1, 10, 1000, 2 ** 20]) {
      const head = Buffer.from(await inflateHead(gzip.subarray(0, cut), maxBytes)).toString();
      assert.equal(head, text.slice(0, head.length));
      assert.ok(head.length <= maxBytes);
      // what fits is there: deflate needs at most a few bytes more than the text has
      if (maxBytes <= cut / 10) assert.equal(head.length, maxBytes);
      if (cut === gzip.length) assert.equal(head.length, Math.min(maxBytes, text.length));
    }
  }
  assert.equal((await inflateHead(gzip.subarray(0, 3), 100)).length, 0);
  assert.equal((await inflateHead(new Uint8Array(0), 100)).length, 0);
  const two = Buffer.concat([gzipSync('a,b\n'), gzipSync('1,2\n')]);
  assert.equal(Buffer.from(await inflateHead(two, 100)).toString(), 'a,b\n1,2\n');
});

test('the head of what is no gzip, or nested, is refused', async () => {
  const notGzip = { code: 'JOB_INPUT_FORMAT', message: /is none/ };
  await assert.rejects(inflateHead(Buffer.from('a,b\n1,2\n'), 100), notGzip);
  const nested = { code: 'JOB_INPUT_FORMAT', message: /gzip again/ };
  await assert.rejects(inflateHead(gzipSync(gzipSync('a')), 100), nested);
});

test('the head of a bomb takes only what was asked for', async () => {
  const zeros = zeroMember(2 ** 24);
  const before = process.memoryUsage().arrayBuffers;
  assert.equal((await inflateHead(zeros, 1000)).length, 1000);
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20);
});
