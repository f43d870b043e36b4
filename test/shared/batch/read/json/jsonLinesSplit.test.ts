import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextSegment } from '../../../../../shared/batch/lane/chunkTask.js';
import { fc } from '../../../../support/property.js';
import { jsonSegment, readInChunks, readJson } from './readJson.js';

const line = fc.oneof(
  fc
    .record({ a: fc.jsonValue({ maxDepth: 1 }), b: fc.string({ unit: 'grapheme' }) })
    .map((v) => JSON.stringify(v)),
  fc.array(fc.integer(), { maxLength: 4 }).map((v) => JSON.stringify(v)),
  fc.constantFrom('', ' ', '{"a":', 'ਊ', '{"b":"é😀"}', '{"c":"\u2028"}'),
);

const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\n\n')), { maxLength: 6 })
  .map((lines) => lines.flat().join(''));

const segment = fc
  .tuple(text, fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'), fc.nat({ max: 3 }), fc.boolean())
  .map(([records, encoding, header, hasEnd]): TextSegment => {
    const all = `${'#'.repeat(header)}${hasEnd ? records : records.replace(/\r?\n$/, '')}`;
    const units = Buffer.from(all, encoding === 'utf-8' ? 'utf8' : 'utf16le');
    const bytes = new Uint8Array(encoding === 'utf-16be' ? units.swap16() : units);
    const dataStart = encoding === 'utf-8' ? header : 2 * header;
    return { ...jsonSegment(bytes, 'jsonLines', { encoding }), from: dataStart, dataStart };
  });

test('every place to cut JSON Lines gives the records of one chunk', () => {
  fc.assert(
    fc.property(segment, fc.nat({ max: 20 }), (whole, overlap) => {
      const expected = readJson(whole, { join: ['a'] });
      for (let cut = whole.from; cut <= whole.to; cut++) {
        assert.deepEqual(readInChunks(whole, [cut], overlap, { join: ['a'] }), expected, `cut at ${cut}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('many cuts give the records of one chunk, also where a line is over the limit', () => {
  fc.assert(
    fc.property(
      segment,
      fc.array(fc.nat({ max: 1000 }), { maxLength: 12 }),
      fc.nat({ max: 20 }),
      fc.constantFrom(12, 40, 1000),
      (whole, places, overlap, maxRecordBytes) => {
        const length = whole.to - whole.from;
        const cuts = places
          .map((place) => whole.from + (length === 0 ? 0 : place % length))
          .sort((a, b) => a - b);
        const options = { maxRecordBytes };
        assert.deepEqual(readInChunks(whole, cuts, overlap, options), readJson(whole, options));
      },
    ),
    { numRuns: 1500 },
  );
});

test('no bytes make reading throw or go on for ever', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.stringMatching(/^([[\]{}",:\\0-9eE.truefalsn \n\r]|😀)*$/u).map((s) => new Uint8Array(Buffer.from(s))),
  );
  fc.assert(
    fc.property(
      bytes,
      fc.constantFrom('jsonLines', 'jsonArray'),
      fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
      fc.constantFrom('lf', 'cr'),
      fc.constantFrom(10, 1000),
      (input, format, encoding, newline, maxRecordBytes) => {
        const own = new Uint8Array(input);
        const reading = readJson(jsonSegment(own, format, { encoding, newline }), {
          join: ['a'],
          maxRecordBytes,
        });
        const { stop } = reading ?? {};
        if (stop) assert.ok(stop.offset >= 0 && stop.offset <= own.length);
      },
    ),
    { numRuns: 3000 },
  );
});
