import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { readCsv } from '../../client/src/csvReader.js';
import { InputError } from '../../client/src/inputError.js';
import { fc } from '../support/property.js';

const tables: readonly (readonly [string, string, readonly string[], readonly (readonly unknown[])[]])[] = [
  [
    'three line ends, mixed',
    'a,b\r\n1,2\n3,4\r5,6',
    ['a', 'b'],
    [
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ],
  ],
  ['lines without any character', '\n\na\n\n1\r\n\r\n2\n', ['a'], [['1'], ['2']]],
  ['an empty cell is missing, a quoted one is an empty text', 'a,b\n,""\n', ['a', 'b'], [[undefined, '']]],
  [
    'quotes around delimiters, line ends and quotes',
    'a,b\n"x, y","1""2\n3"\n',
    ['a', 'b'],
    [['x, y', '1"2\n3']],
  ],
  ['a quote inside a cell is text', 'a\n5" disk\n', ['a'], [['5" disk']]],
  ['blanks belong to the cell', 'a,b\n 1 , "x"\n', ['a', 'b'], [[' 1 ', ' "x"']]],
  ['tabs where the header has one and no comma', 'a\tb\n1,5\t2\n', ['a', 'b'], [['1,5', '2']]],
  ['a byte order mark is left out', '\ufeffa\n1', ['a'], [['1']]],
  ['a header alone', 'a,b', ['a', 'b'], []],
  ['no text at all', '', [], []],
];

for (const [name, text, header, records] of tables) {
  test(`CSV: ${name}`, () => {
    assert.deepEqual(readCsv(text), { header, records });
  });
}

const faults: readonly (readonly [string, RegExp])[] = [
  ['a,b\n1,2\n3\n', /^record 2: expected 2 cells as in the header, got 1$/],
  ['a\n"1', /^record 1: a quote is never closed$/],
  ['a\n"1"x\n', /^record 1: expected the end of the cell behind a closing quote, got text$/],
  ['a,b,a\n', /^header: the column 'a' stands there twice$/],
];

for (const [text, message] of faults) {
  test(`CSV: ${JSON.stringify(text)} is refused by its place`, () => {
    assert.throws(
      () => readCsv(text),
      (error) => error instanceof InputError && message.test(error.message),
    );
  });
}

test('a delimiter that is given goes before the one that would be found', () => {
  assert.deepEqual(readCsv('a;b\n1,5;2\n', ';').records, [['1,5', '2']]);
  assert.throws(() => readCsv('a', '"'), InputError);
  assert.throws(() => readCsv('a', ',,'), InputError);
});

test('what is written with quotes is read back', () => {
  const cell = fc.option(
    fc.string({ unit: fc.constantFrom('a', '1', ' ', ',', '\t', '"', '\n', '\r', 'é') }),
    {
      nil: undefined,
    },
  );
  const width = fc.integer({ min: 2, max: 4 });
  const table = width.chain((length) => fc.array(fc.array(cell, { minLength: length, maxLength: length })));
  fc.assert(
    fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), (records, lineEnd) => {
      const header = (records[0] ?? ['x', 'y']).map((_cell, at) => `c${at}`);
      const lines = [header, ...records].map((cells) => cells.map(quoted).join(','));
      assert.deepEqual(readCsv(lines.join(lineEnd)), { header, records });
    }),
  );
});

const quoted = (cell: string | undefined) => (cell === undefined ? '' : `"${cell.replaceAll('"', '""')}"`);

test('every text is read as csv-parse reads it, or refused', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '\n', '\r'), maxLength: 30 });
  fc.assert(
    fc.property(text, (body) => {
      let ours: unknown;
      try {
        const { header, records } = readCsv(`h,g\n${body}`, ',');
        ours = [header, ...records.map((cells) => cells.map((cell) => cell ?? ''))];
      } catch (error) {
        assert.ok(error instanceof InputError);
        return;
      }
      const theirs = parse(`h,g\n${body}`, {
        record_delimiter: ['\r\n', '\n', '\r'],
        relax_quotes: true,
        skip_empty_lines: true,
      });
      assert.deepEqual(ours, theirs);
    }),
    { numRuns: 2000 },
  );
});
