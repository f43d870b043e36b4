import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '../../../../support/bytes.js';
import {
  abc,
  commaText,
  readSegment,
  readText,
  rowsOf,
  wholeSegment,
  windowOf,
  type Reading,
  type SunkCell,
} from './readCsv.js';

type Rows = readonly (readonly SunkCell[] | string)[];

const grammar: readonly (readonly [name: string, text: string, rows: Rows])[] = [
  [
    'LF, CRLF and lone CR end records',
    '1,2,3\n4,5,6\r\n7,8,9\r0,0,0',
    [
      ['1', '2', '3'],
      ['4', '5', '6'],
      ['7', '8', '9'],
      ['0', '0', '0'],
    ],
  ],
  ['a final line end makes no record', '1,2,3\r\n', [['1', '2', '3']]],
  [
    'empty lines are no records',
    '\n\r\n1,2,3\n\n\r\r\n4,5,6\n\n',
    [
      ['1', '2', '3'],
      ['4', '5', '6'],
    ],
  ],
  [
    'blanks belong to the cell, and make a line a record',
    ' 1 ,2,\t3\n \n',
    [[' 1 ', '2', '\t3'], 'ROW_WIDTH'],
  ],
  [
    'empty cells are missing values',
    ',2,\n,,\n',
    [
      [null, '2', null],
      [null, null, null],
    ],
  ],
  ['quoted empty cells are empty texts', '"",2,""\n', [['', '2', '']]],
  ['delimiters and line ends stand between quotes', '"1,2","\n","\r\n3"\n', [['1,2', '\n', '\r\n3']]],
  ['a doubled quote is a quote', '"""","a""b","""c"""\n', [['"', 'a"b', '"c"']]],
  ['a quote inside a cell is text', 'a"b,c"",5" disk"\n', [['a"b', 'c""', '5" disk"']]],
  ['a quote behind a blank is text', ' "1",2,3\n', [[' "1"', '2', '3']]],
  ['text behind a closing quote is a fault of the row', '"1"x,2,3\n4,5,6\n', ['ROW_QUOTE', ['4', '5', '6']]],
  ['quotes in that text are text', '"1"x"y\n4,5,6\n', ['ROW_QUOTE', ['4', '5', '6']]],
  ['cells behind that text are cells', '"1"x,"2\n2",3\n4,5,6\n', ['ROW_QUOTE', ['4', '5', '6']]],
  [
    'another number of cells is a fault of the row',
    '1,2\n1,2,3,4\n4,5,6',
    ['ROW_WIDTH', 'ROW_WIDTH', ['4', '5', '6']],
  ],
  ['NUL and other controls are text', '\0,\x1a,\x7f\n', [['\0', '\x1a', '\x7f']]],
  ['characters of more bytes are kept', 'é,€,"😀"\n', [['é', '€', '😀']]],
];

for (const [name, text, rows] of grammar) {
  test(name, () => {
    const reading = readText(text);
    assert.deepEqual(rowsOf(reading), rows);
    assert.equal(reading.stop, undefined);
  });
}

test('a single column has no empty cells without quotes: the empty line is no record', () => {
  assert.deepEqual(rowsOf(readText('1\n\n""\n2', ['a'])), [['1'], [''], ['2']]);
});

test('tabs, other quotes and none are taken from the layout', () => {
  assert.deepEqual(rowsOf(readText('1\t"2\t"\t3,\n', abc, { delimiter: 9 })), [['1', '2\t', '3,']]);
  assert.deepEqual(rowsOf(readText("'1;'';\n';2;\"3\n", abc, { delimiter: 0x3b, quote: 0x27 })), [
    ["1;';\n", '2', '"3'],
  ]);
  assert.deepEqual(rowsOf(readText('"1,2",3\n"a","",c', abc, { quote: -1 })), [
    ['"1', '2"', '3'],
    ['"a"', '""', 'c'],
  ]);
});

test('a quote without end stops at its place, and the records before it stand', () => {
  const reading = readText('1,2,3\n4,"5,6\n7,8,9\n');
  assert.deepEqual(rowsOf(reading), [['1', '2', '3']]);
  assert.deepEqual(reading.stop, {
    code: 'JOB_QUOTE_UNCLOSED',
    message: 'a quoted cell has no closing quote, at byte 8',
    offset: 8,
  });
});

test('a quoted cell may have 1 MiB, and one byte more is an unclosed quote', () => {
  const inside = 'x\n'.repeat(2 ** 19);
  const most = readText(`1,"${inside}",3\n4,5,6\n`);
  assert.deepEqual(rowsOf(most), [
    ['1', inside, '3'],
    ['4', '5', '6'],
  ]);
  const over = readText(`1,2,3\n1,"${inside}x",3\n`);
  assert.deepEqual([over.records.length, over.stop?.code, over.stop?.offset], [1, 'JOB_QUOTE_UNCLOSED', 8]);
});

test('a record may have 16 MiB, and one byte more stops at its first byte', () => {
  const most = new Uint8Array(2 ** 24 + 1).fill(0x78);
  most[most.length - 1] = 0x0a;
  assert.deepEqual(readText(most).records[0], {
    code: 'ROW_WIDTH',
    message: 'expected 3 cells as in the header, got 1',
    text: 'x'.repeat(200),
  });
  const over = new Uint8Array(2 ** 24 + 8).fill(0x78);
  over.set(utf8('1,2,3\n'));
  const { records, stop } = readText(over);
  assert.deepEqual([records.length, stop?.code, stop?.offset], [1, 'JOB_RECORD_TOO_LONG', 6]);
});

test('a record may have 100,000 cells, and one more stops at its first byte', () => {
  const header = Array.from({ length: 100_000 }, (_, i) => String(i));
  const most = readText(`"",${'7,'.repeat(99_998)}"8"\n${','.repeat(99_999)}\n`, header);
  assert.deepEqual(
    rowsOf(most).map((row) => row.length),
    [100_000, 100_000],
  );
  assert.deepEqual(rowsOf(most)[0], ['', ...Array<string>(99_998).fill('7'), '8']);
  const { records, stop } = readText(`1,2,3\n${','.repeat(100_000)}\n`);
  assert.deepEqual([records.length, stop?.code, stop?.offset], [1, 'JOB_RECORD_TOO_LONG', 6]);
});

test('a segment owns the record that begins at its first byte, in UTF-16 too', () => {
  const text = '1,2,3\n4,5,6\n7,8,9\n';
  for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
    const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
    if (encoding === 'utf-16be') bytes.swap16();
    const whole = wholeSegment(new Uint8Array(bytes), abc, { ...commaText, encoding });
    const line = whole.to / 3;
    const middle = readSegment(windowOf(whole, line, 2 * line, 0)) as Reading;
    assert.deepEqual(rowsOf(middle), [['4', '5', '6']], encoding);
  }
});

test('a file that is split at LF stops where none comes within the length of a record', () => {
  const bytes = utf8(`1,2,3\n${'4,5,6\r'.repeat(10)}\n`);
  const whole = wholeSegment(bytes, abc);
  const limits = { quotedBytes: 20, recordBytes: 20, cells: 10 };
  assert.equal(readSegment(whole, 'o', { limits })?.records.length, 11);
  const short = { ...whole, to: 8, bytes: bytes.slice(0, 29), endsInput: false };
  assert.equal(readSegment(short, 'o', { limits }), undefined);
  for (const length of [30, 45, bytes.length]) {
    const reading = readSegment({ ...short, bytes: bytes.slice(0, length) }, 'o', { limits });
    assert.deepEqual(
      [reading?.records.length, reading?.stop?.code, reading?.stop?.offset],
      [5, 'JOB_RECORD_TOO_LONG', 30],
    );
  }
});

test('a segment that begins inside quotes owns what begins behind that record', () => {
  const bytes = utf8('1,"2\n2\n2""\n2",x\n4,5,6\n');
  const whole = wholeSegment(bytes, abc);
  const from = (at: number) => ({ ...whole, from: at, windowStart: at - 1, bytes: bytes.slice(at - 1) });
  for (const at of [4, 5, 6, 7, 8, 9, 10, 11]) {
    assert.deepEqual(rowsOf(readSegment(from(at), 'q') as Reading), [['4', '5', '6']], `from ${at}`);
  }
  // all of [5, 7) lies inside the record of the segment before
  assert.deepEqual(readSegment({ ...from(5), to: 7 }, 'q'), { records: [], stop: undefined });
});
