import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StartState, TextSegment } from '../../../../../shared/batch/lane/chunkTask.js';
import { csvEnds } from '../../../../../shared/batch/read/csv/csvEnds.js';
import type { CsvLimits } from '../../../../../shared/batch/read/csv/csvLimits.js';
import { utf8 } from '../../../../support/bytes.js';
import { fc } from '../../../../support/property.js';
import { looseCharacters, looseText, properText } from './csvArbitraries.js';
import { commaText, readInChunks, readSegment, wholeSegment, windowOf } from './readCsv.js';

const header = ['x', 'y'];
const texts = fc.oneof(looseText(looseCharacters), properText(2));
const overlaps = fc.constantFrom(0, 1, 7, 1000);

/** Reads an input cut in two at every place, and then in more at the given ones; all must equal the whole. */
function checkCuts(whole: TextSegment, cuts: readonly number[], overlap: number, limits?: CsvLimits): void {
  const expected = readSegment(whole, 'o', limits ? { limits } : {});
  for (let cut = whole.dataStart; cut <= whole.to; cut++) {
    assert.deepEqual(readInChunks(whole, [cut], overlap, limits), expected, `cut at ${cut}`);
  }
  const places = cuts.map((cut) => Math.min(Math.max(cut, whole.dataStart), whole.to)).sort((a, b) => a - b);
  assert.deepEqual(readInChunks(whole, places, overlap, limits), expected, `cut at ${places.join(', ')}`);
}

const threeCuts = fc.array(fc.nat(60), { minLength: 2, maxLength: 3 });

test('every split gives the records, faults and stops of the whole', () => {
  fc.assert(
    fc.property(texts, threeCuts, overlaps, (text, cuts, overlap) => {
      checkCuts(wholeSegment(utf8(text), header), cuts, overlap);
    }),
    { numRuns: 500 },
  );
});

test('bytes that are no UTF-8 do not move a boundary', () => {
  const bytes = fc.array(fc.constantFrom(0x22, 0x2c, 0x0a, 0x0d, 0x61, 0xc3, 0xa9, 0xff, 0x00), {
    maxLength: 40,
    size: 'max',
  });
  fc.assert(
    fc.property(bytes, threeCuts, overlaps, (values, cuts, overlap) => {
      checkCuts(wholeSegment(Uint8Array.from(values), header), cuts, overlap);
    }),
    { numRuns: 300 },
  );
});

test('a file without LF is split at CR', () => {
  const macTexts = texts.map((text) => text.replaceAll('\n', '\r'));
  fc.assert(
    fc.property(fc.oneof(texts, macTexts), threeCuts, overlaps, (text, cuts, overlap) => {
      checkCuts(wholeSegment(utf8(text), header, { ...commaText, newline: 'cr' }), cuts, overlap);
    }),
    { numRuns: 300 },
  );
});

test('UTF-16 is split anywhere, inside characters too, and read as the same text in UTF-8', () => {
  // U+0A0A and U+0D22 have the bytes of line ends and quotes
  const unicode = looseText([...looseCharacters, '\u0a0a', '\u0d22', '\ud83d', '\u2c0a']);
  fc.assert(
    fc.property(
      fc.oneof(unicode, properText(2)),
      fc.constantFrom('utf-16le', 'utf-16be'),
      fc.constantFrom(0, 2),
      threeCuts,
      overlaps,
      (text, encoding, dataStart, cuts, overlap) => {
        const encoded = Buffer.from('\ufeff' + text, 'utf16le').subarray(2 - dataStart);
        if (encoding === 'utf-16be') encoded.swap16();
        const whole = wholeSegment(new Uint8Array(encoded), header, { ...commaText, encoding });
        checkCuts({ ...whole, from: dataStart, dataStart }, cuts, overlap);
        if (!text.isWellFormed()) return;
        const expected = readSegment(wholeSegment(utf8(text), header));
        const { records, stop } = readSegment({ ...whole, from: dataStart, dataStart }) ?? {};
        assert.deepEqual(records, expected?.records);
        if (stop) {
          const before = Buffer.from(utf8(text)).toString('utf8', 0, expected?.stop?.offset);
          assert.equal(stop.offset, dataStart + 2 * before.length);
        } else assert.equal(expected?.stop, undefined);
      },
    ),
    { numRuns: 300 },
  );
});

test('bounds of the grammar end every split at the same place', () => {
  // a bound that only lone CR keeps is no bound of a file that is split at LF: docs/csv.md
  const characters = looseCharacters.filter((character) => character !== '\r');
  const limits = fc.record({
    quotedBytes: fc.integer({ min: 1, max: 12 }),
    recordBytes: fc.integer({ min: 4, max: 30 }),
    cells: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(looseText(characters, 60), limits, threeCuts, overlaps, (text, bounds, cuts, overlap) => {
      checkCuts(wholeSegment(utf8(text), header), cuts, overlap, bounds);
    }),
    { numRuns: 500 },
  );
});

test('csvEnds tells both states of every range', () => {
  fc.assert(
    fc.property(texts, fc.nat(60), fc.nat(60), (text, a, b) => {
      const whole = wholeSegment(utf8(text), header);
      const from = Math.min(a, b, whole.to);
      const to = Math.min(Math.max(a, b), whole.to);
      assert.deepEqual(csvEnds(windowOf(whole, from, to, 1000)), {
        o: stateBehind(whole.bytes, 'o', from, to),
        q: stateBehind(whole.bytes, 'q', from, to),
      });
    }),
    { numRuns: 1000 },
  );
});

/** The automaton of the grammar, a byte at a time. */
function stateBehind(bytes: Uint8Array, start: StartState, from: number, to: number): StartState {
  const bound = (at: number) => {
    if (at === 0) return 0;
    const found = bytes.indexOf(0x0a, at - 1);
    return found === -1 ? bytes.length : found + 1;
  };
  let state: 'cellStart' | 'plain' | 'quoted' | 'quoteInQuotes' = start === 'o' ? 'cellStart' : 'quoted';
  for (const byte of bytes.subarray(bound(from), bound(to))) {
    if (state === 'quoted') state = byte === 0x22 ? 'quoteInQuotes' : 'quoted';
    else if (byte === 0x22) state = state === 'plain' ? 'plain' : 'quoted';
    else state = byte === 0x2c || byte === 0x0a || byte === 0x0d ? 'cellStart' : 'plain';
  }
  return state === 'quoted' ? 'q' : 'o';
}
