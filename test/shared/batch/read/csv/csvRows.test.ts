import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCsvReader } from '../../../../../shared/batch/read/csv/csvReader.js';
import type { ReadBlock, RecordReader } from '../../../../../shared/batch/read/recordReader.js';
import { utf8 } from '../../../../support/bytes.js';
import {
  abc,
  readText,
  rowsOf,
  readSegment,
  RecordingSink,
  rowTarget,
  wholeSegment,
  type Outcome,
  type Reading,
} from './readCsv.js';

function readAll(reader: RecordReader): ReadBlock {
  const all = { records: 0, recordOf: [], faults: [], joined: [], models: [] } as {
    -readonly [K in keyof ReadBlock]: ReadBlock[K] extends readonly (infer T)[] ? T[] : number;
  };
  for (let block = reader.read(10); block; block = reader.read(10)) {
    all.records += block.records;
    all.recordOf.push(...block.recordOf);
    all.faults.push(...block.faults);
    all.joined.push(...block.joined);
    all.models.push(...block.models);
  }
  return all;
}

test('faults name the column, the rule and the original text', () => {
  const long = '😀'.repeat(150);
  const { records } = readText(`1,"2""2"x,"3"x\n1,2\n1,bad,3\n1,"bad",3\n${'y'.repeat(199)}${long}\n`);
  assert.deepEqual(records, [
    {
      code: 'ROW_QUOTE',
      column: 'b',
      message: 'expected the end of the cell behind the closing quote, got text',
      text: '"2""2"x',
    },
    { code: 'ROW_WIDTH', message: 'expected 3 cells as in the header, got 2', text: '1,2' },
    { code: 'ROW_VALUE', column: 'b', message: 'expected another text', text: 'bad' },
    { code: 'ROW_VALUE', column: 'b', message: 'expected another text', text: 'bad' },
    // cut at 200, and not inside a character
    { code: 'ROW_WIDTH', message: 'expected 3 cells as in the header, got 1', text: 'y'.repeat(199) },
  ] satisfies Outcome[]);
});

test('columns are bound by name, a missing column and an empty cell are missing values', () => {
  const sink = new RecordingSink([1]);
  const target = rowTarget(['c', 'a', 'none'], 'numeric', sink);
  const reader = openCsvReader(wholeSegment(utf8('1,2,3\n,2,3\n"",5,6\n'), abc), 'o', { target, join: [] });
  const block = readAll(reader);
  assert.deepEqual(sink.rows, [
    ['3', '1', null],
    ['6', '', null],
  ]);
  assert.deepEqual(block, {
    records: 3,
    recordOf: [0, 2],
    faults: [{ record: 1, code: 'ROW_MISSING', column: 'a', message: 'expected a value' }],
    joined: [],
    models: [],
  });
});

test('cells that are not UTF-8 are faults where they are taken as texts', () => {
  const bytes = (...parts: (string | number)[]) =>
    new Uint8Array(
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)))),
    );
  const fault = (column: string, text: string) => ({
    code: 'ROW_ENCODING',
    column,
    message: 'expected a text in UTF-8, got other bytes',
    text,
  });
  const input = bytes('1,m', 0xfc, 'll,3\n1,é,3\n1,2,"', 0xe2, 0x82, '"\n1,2,', 0xff);
  assert.deepEqual(readText(input).records, [
    fault('b', 'm\ufffdll'),
    { row: ['1', 'é', '3'], joined: ['1', 'é', '3'] },
    fault('c', '\ufffd'),
    fault('c', '\ufffd'),
  ]);
  // numbers are left to the sink, columns that nobody takes are not looked at
  const sink = new RecordingSink();
  const want = { target: rowTarget(['b', 'c'], 'numeric', sink), join: ['a'] };
  const { records, faults } = readAll(openCsvReader(wholeSegment(input, abc), 'o', want));
  assert.deepEqual([records, faults], [4, []]);
  assert.deepEqual(sink.rows[0], ['m\ufffdll', '3']);
  const joined = { target: rowTarget(['a'], 'numeric'), join: ['a', 'c'] };
  const block = readAll(openCsvReader(wholeSegment(input, abc), 'o', joined));
  assert.deepEqual(block.recordOf, [0, 1]);
  assert.deepEqual(
    block.faults.map(({ record, code, column }) => [record, code, column]),
    [
      [2, 'ROW_ENCODING', 'c'],
      [3, 'ROW_ENCODING', 'c'],
    ],
  );
});

test('half a character at the end of a window is none of the records before it', () => {
  const bytes = new Uint8Array(Buffer.from('1,2,é\n4,5,é\n').subarray(0, -2));
  const segment = { ...wholeSegment(bytes, abc), to: 7, endsInput: false };
  assert.deepEqual(rowsOf(readSegment(segment) as Reading), [['1', '2', 'é']]);
});

test('joined cells are given per committed row, by name and as texts', () => {
  const want = { target: rowTarget(['a']), join: ['c', 'none', 'b'] };
  const input = '1,"2""",3\nbad,2,3\n1,2\n,,é\n';
  const block = readAll(openCsvReader(wholeSegment(utf8(input), abc), 'o', want));
  assert.deepEqual(block.joined, [
    ['3', undefined, '2"'],
    ['é', undefined, ''],
  ]);
  assert.deepEqual(block.recordOf, [0, 3]);
});

test('rows go to the model that they name', () => {
  const first = new RecordingSink();
  const second = new RecordingSink([0]);
  const byModel = new Map([
    ['one', rowTarget(['a'], 'numeric', first)],
    ['two', rowTarget(['b', 'a'], 'numeric', second)],
  ]);
  const input = '1,2,one\n3,4,"two"\n5,6,three\n7,8,\n9,,two\n10,11,One\n';
  const want = { target: { modelColumn: 'c', byModel }, join: ['a'] };
  const block = readAll(openCsvReader(wholeSegment(utf8(input), abc), 'o', want));
  assert.deepEqual(first.rows, [['1']]);
  assert.deepEqual(second.rows, [['4', '3']]);
  const other = 'expected a model of the job, got another name';
  assert.deepEqual(block, {
    records: 6,
    recordOf: [0, 1],
    faults: [
      { record: 2, code: 'ROW_MODEL', column: 'c', message: other, text: 'three' },
      {
        record: 3,
        code: 'ROW_MODEL',
        column: 'c',
        message: 'expected the name of a model, got an empty cell',
      },
      { record: 4, code: 'ROW_MISSING', column: 'b', message: 'expected a value' },
      { record: 5, code: 'ROW_MODEL', column: 'c', message: other, text: 'One' },
    ],
    joined: [['1'], ['3']],
    models: ['one', 'two'],
  });
});

test('a block ends at its rows, or at four times as many records', () => {
  const sink = new RecordingSink();
  const input = `${'1,2,3\n'.repeat(5)}${'bad\n'.repeat(9)}`;
  const reader = openCsvReader(wholeSegment(utf8(input), abc), 'o', {
    target: rowTarget(abc, 'numeric', sink),
    join: [],
  });
  const sizes: number[][] = [];
  for (let block = reader.read(2); block; block = reader.read(2))
    sizes.push([block.records, block.recordOf.length]);
  assert.deepEqual(sizes, [
    [2, 2],
    [2, 2],
    [8, 1],
    [2, 0],
  ]);
});
