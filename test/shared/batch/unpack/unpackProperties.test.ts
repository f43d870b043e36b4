import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { firstRecords } from '../../../../shared/batch/read/csv/csvText.js';
import { utf8 } from '../../../support/bytes.js';
import { fc } from '../../../support/property.js';
import { commaText, planOf, sourceOf, unpackAll } from './unpackAll.js';

const csvLike = fc.stringMatching(/^([ab1,;"\n]|\r\n|é|😀)*$/u).map((text) => text.slice(0, 200));
const jsonLike = fc.oneof(
  fc.array(fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value, null, 1)),
  fc.stringMatching(/^\[[[\]{}",\\ab1 \n]*$/),
);
const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
/** A text, how it comes, the bytes of a piece, and a choice. */
const cutText = [csvLike, lengths, fc.integer({ min: 1, max: 80 }), fc.boolean()] as const;

const records = (text: string) => [
  ...firstRecords(new Uint8Array(Buffer.from(text, 'latin1')), commaText, Infinity),
];

test('the pieces are the same however the bytes come, and together they are the text', async () => {
  await fc.assert(
    fc.asyncProperty(
      ...cutText,
      fc.constantFrom('csv', 'jsonLines'),
      fc.nat({ max: 20 }),
      async (text, cut, pieceBytes, gzip, format, skipBytes) => {
        const input = `${'"'.repeat(skipBytes)}${text}`;
        const bytes = gzip ? gzipSync(input) : utf8(input);
        const plan = planOf({ gzip, format, pieceBytes, skipBytes });
        const { pieces, fault } = await unpackAll(sourceOf(bytes, cut), plan);
        assert.equal(fault, undefined);
        assert.equal(pieces.join(''), Buffer.from(text).toString('latin1'));
        assert.deepEqual((await unpackAll(sourceOf(bytes), plan)).pieces, pieces);
        for (const piece of pieces.slice(0, -1)) {
          assert.ok(piece.length >= pieceBytes && piece.endsWith('\n'));
        }
        // no record was cut: each piece alone has the records that it has in the text
        if (format === 'csv') assert.deepEqual(pieces.flatMap(records), records(pieces.join('')));
      },
    ),
    { numRuns: 1500 },
  );
});

test('faults and what is before them are the same however the bytes come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(csvLike, jsonLike),
      lengths,
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('csv', 'jsonLines', 'jsonArray'),
      fc.integer({ min: 3, max: 40 }),
      fc.integer({ min: 2, max: 20 }),
      async (text, cut, pieceBytes, format, recordBytes, quotedBytes) => {
        const plan = planOf({ format, pieceBytes, limits: { recordBytes, quotedBytes } });
        const whole = await unpackAll(sourceOf(utf8(text)), plan);
        const { pieces, fault } = await unpackAll(sourceOf(utf8(text), cut), plan);
        assert.deepEqual(pieces, whole.pieces);
        // of an element that is too long and broken, either may be seen first
        if (format === 'jsonArray') assert.equal(fault === undefined, whole.fault === undefined);
        else assert.deepEqual(fault, whole.fault);
        for (const line of pieces.join('').split('\n')) {
          if (format !== 'csv') assert.ok(line.length <= recordBytes);
        }
      },
    ),
    { numRuns: 1500 },
  );
});

test('UTF-16 gives the pieces of the same text in UTF-8', async () => {
  await fc.assert(
    fc.asyncProperty(...cutText, async (text, cut, pieceBytes, isBigEndian) => {
      const units = Buffer.from(text, 'utf16le');
      const layout = { ...commaText, encoding: isBigEndian ? 'utf-16be' : 'utf-16le' } as const;
      const source = sourceOf(isBigEndian ? units.swap16() : units, cut);
      const expected = await unpackAll(sourceOf(utf8(text)), planOf({ pieceBytes }));
      assert.deepEqual(await unpackAll(source, planOf({ pieceBytes, text: layout })), expected);
    }),
    { numRuns: 500 },
  );
});

test('no bytes make unpacking throw anything but a JobFailure', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.boolean(),
      fc.constantFrom('csv', 'tsv', 'jsonLines', 'jsonArray'),
      fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
      fc.constantFrom(undefined, { escape: '\\' }, { comment: '#', delimiter: '||' }),
      lengths,
      async (bytes, gzip, format, encoding, dialect, cut) => {
        const input = gzip ? Buffer.concat([gzipSync(bytes).subarray(0, -1), bytes]) : bytes;
        const plan = planOf({ gzip, format, text: { ...commaText, encoding }, pieceBytes: 10 });
        await unpackAll(sourceOf(input, cut), dialect ? { ...plan, dialect } : plan);
      },
    ),
    { numRuns: 800 },
  );
});
