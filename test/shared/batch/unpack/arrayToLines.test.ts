import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../../support/property.js';
import { readText } from '../read/json/readJson.js';
import { utf8 } from '../../../support/bytes.js';
import { planOf, sourceOf, unpackAll, unpackText } from './unpackAll.js';

const given = { format: 'jsonArray' } as const;

test('every element comes on a line of its own', async () => {
  const text = '\ufeff[ {"a":\n 1,\r\n"b":"x\\n"} ,2\n, [\n]\n ]\n';
  const { pieces } = await unpackText(text, { ...given, skipBytes: 3 });
  assert.deepEqual(pieces, ['{"a":  1,\r "b":"x\\n"}\n2\n[ ]\n']);
});

test('an array and its lines give the same records, faults and break', async () => {
  const arrayLike = fc.oneof(
    fc.array(fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value, null, 1)),
    fc
      .array(
        fc.oneof(
          fc.jsonValue().map((v) => JSON.stringify(v, null, 2)),
          fc.constantFrom('{"a":1 2}', '"a\nb"', ' x ', '}'),
        ),
      )
      .map((elements) => `[${elements.join(' ,\n')}]`),
    fc.stringMatching(/^\[([[\]{}",:\\ab1 \n]|é)*$/u),
  );
  await fc.assert(
    fc.asyncProperty(
      arrayLike,
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      async (text, cut, pieceBytes) => {
        const direct = readText(text, { format: 'jsonArray', join: ['a'] });
        const { pieces, fault } = await unpackAll(
          sourceOf(utf8(text), cut),
          planOf({ ...given, pieceBytes }),
        );
        const byLines = pieces.map((piece) =>
          readText(new Uint8Array(Buffer.from(piece, 'latin1')), { join: ['a'] }),
        );
        // messages tell places, and texts of faults line breaks
        const outcomes = (reading: typeof direct) =>
          reading.records.map((outcome) =>
            'row' in outcome ? outcome : { code: outcome.code, column: outcome.column },
          );
        assert.deepEqual(byLines.flatMap(outcomes), outcomes(direct));
        assert.equal(fault?.code, direct.stop?.code);
        if (direct.stop) assert.ok(fault?.message.includes(`at byte ${direct.stop.offset} `), fault?.message);
        for (const piece of pieces) assert.ok(piece.endsWith('\n'));
      },
    ),
    { numRuns: 1500 },
  );
});

test('blanks behind an element are no part of it, however many', async () => {
  async function* blanks() {
    yield utf8('[1');
    for (let i = 0; i < 1000; i++) yield await Promise.resolve(utf8('\n'));
    yield utf8(',2');
    for (let i = 0; i < 50; i++) yield await Promise.resolve(utf8(' '));
    yield utf8('3]');
  }
  const limits = { recordBytes: 60 };
  const { pieces } = await unpackAll(blanks(), planOf({ format: 'jsonArray', limits }));
  assert.deepEqual(pieces, [`1\n2${' '.repeat(50)}3\n`]);
});

test('an element over the limit ends the pieces, at once while it is open', async () => {
  let given = 0;
  async function* endless() {
    yield utf8('[{"a":1},"');
    for (;;) {
      given += 10;
      yield await Promise.resolve(utf8('xxxxxxxxxx'));
    }
  }
  const limits = { recordBytes: 100 };
  const unpacked = await unpackAll(endless(), planOf({ format: 'jsonArray', limits }));
  const message = 'a record is over the limit of 100 bytes, at byte 9 of the unpacked text';
  assert.deepEqual(unpacked, { pieces: ['{"a":1}\n'], fault: { code: 'JOB_RECORD_TOO_LONG', message } });
  assert.equal(given, 100);
});
