import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJsonReader } from '../../../../../shared/batch/read/json/jsonReader.js';
import { utf8 } from '../../../../support/bytes.js';
import { abc, jsonSegment, readJson, readText, rowsOf, ValueSink, valueTarget } from './readJson.js';

const faultOf = (line: string | Uint8Array<ArrayBuffer>, options: Parameters<typeof readText>[1] = {}) => {
  const [outcome, ...others] = readText(line, options).records;
  assert.deepEqual(others, []);
  assert.ok(outcome && 'code' in outcome, 'expected a fault');
  return outcome;
};

test('objects fill columns by name in any order, and keys of no column are left out', () => {
  const reading = readText('{"c":3,"x":[],"a":"1","b":null}\n{"a":[1,2],"b":true,"c":1.5}');
  assert.deepEqual(rowsOf(reading), [
    ['1', null, 3],
    [[1, 2], true, 1.5],
  ]);
});

test('a missing key is a missing value, an own __proto__ is a key like others', () => {
  assert.deepEqual(rowsOf(readText('{"a":1}\n{}\n{"__proto__":{"b":2},"a":1}\n')), [
    [1, undefined, undefined],
    [undefined, undefined, undefined],
    [1, undefined, undefined],
  ]);
  const inherited = ['__proto__', 'constructor', 'toString'];
  assert.deepEqual(rowsOf(readText('{"a":1}\n{"__proto__":1,"toString":2}', { names: inherited })), [
    [undefined, undefined, undefined],
    [1, undefined, 2],
  ]);
});

test('letter case does not count where that is unambiguous', () => {
  const text = '{"A":1,"B ":2,"c":3}\n{"a":1,"A":2,"b":3,"C":4,"c":5}\n{"A":1,"b":2,"B":9}\n{"B":1,"b ":2}';
  assert.deepEqual(rowsOf(readText(text)), [
    [1, 2, 3],
    [1, 3, 5],
    [1, 2, undefined],
    [undefined, undefined, undefined],
  ]);
  // what is the exact name of one column is not taken for another
  assert.deepEqual(rowsOf(readText('{"a":1}\n{"A":2}', { names: ['a', 'A'] })), [
    [1, undefined],
    [undefined, 2],
  ]);
});

test('records with many different keys are bound each by its own', () => {
  const lines = Array.from({ length: 1200 }, (_, i) => `{"x${i % 600}":0,"A":${i}}`);
  const rows = rowsOf(readText(lines.join('\n')));
  assert.deepEqual(
    rows,
    lines.map((_, i) => [i, undefined, undefined]),
  );
});

test('arrays fill columns by the header, or in the order of the model', () => {
  assert.deepEqual(rowsOf(readText('[1,"x",null]\n[1,2]\n[1,2,3,4]\n{"b":1}')), [
    [1, 'x', null],
    'ROW_WIDTH',
    'ROW_WIDTH',
    [undefined, 1, undefined],
  ]);
  const segment = { ...jsonSegment('[1,2,3,4]\n[1,2,3]'), header: ['x', 'c', 'A', 'id'] };
  assert.deepEqual(readJson(segment, { join: ['id', 'none', 'c'] }), {
    records: [
      { row: [3, undefined, 2], joined: [4, null, 2] },
      { code: 'ROW_WIDTH', message: 'expected an array of 4 values, got 3', text: '[1,2,3]' },
    ],
    stop: undefined,
  });
});

test('faults name the column, the rule and the cell as JSON text', () => {
  const sink = new ValueSink([0, 1]);
  assert.deepEqual(faultOf('{"a":1,"b":"bad"}', { sink }), {
    code: 'ROW_VALUE',
    column: 'b',
    message: 'expected another text',
    text: '"bad"',
  });
  const missing = { code: 'ROW_MISSING', column: 'a', message: 'expected a value, got none' };
  assert.deepEqual(faultOf('{"b":1}', { sink }), missing);
  assert.deepEqual(faultOf('{"a":null,"b":1}', { sink }), { ...missing, text: 'null' });
});

test('a record that is no JSON object or array is a fault with its line', () => {
  const cases: [string, string][] = [
    ['{"a":1', 'expected JSON, got a stray character at line 1, column 8'],
    ['{"a":NaN}', 'expected JSON, got a stray character'],
    ['{"a":1} {"a":2}', 'expected JSON, got a stray character at line 1, column 9'],
    ['12', 'expected a JSON object or an array, got a number'],
    ['"a,b,c"', 'expected a JSON object or an array, got a text'],
    ['null', 'expected a JSON object or an array, got null'],
  ];
  for (const [line, message] of cases) {
    const fault = faultOf(`${line}\r\n`);
    assert.equal(fault.code, 'ROW_SYNTAX');
    assert.ok(fault.message.startsWith(message), fault.message);
    assert.equal(fault.text, line);
  }
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  assert.equal(rowsOf(readText(nested(32)))[0]?.length, 3);
  const deep = faultOf(nested(33));
  assert.deepEqual(
    [deep.code, deep.message],
    ['ROW_SYNTAX', 'expected JSON nested at most 32 deep, got 33 levels'],
  );
});

test('bytes that are no UTF-8 cost their record alone', () => {
  const bad = Buffer.concat([utf8('{"a":"é"}\n{"a":"'), Buffer.from([0xc3]), utf8('"}\n{"a":"ü"}')]);
  const { records } = readText(new Uint8Array(bad));
  assert.deepEqual(records, [
    { row: ['é', undefined, undefined] },
    { code: 'ROW_ENCODING', message: 'expected UTF-8, got bytes that are none', text: '{"a":"\ufffd"}' },
    { row: ['ü', undefined, undefined] },
  ]);
});

test('texts of faults are cut at 200 characters, never within one', () => {
  const long = `{"a":"bad","b":"${'😀'.repeat(300)}`;
  const syntax = faultOf(long).text as string;
  assert.equal(
    syntax,
    long
      .slice(0, 200)
      .toWellFormed()
      .replace(/\ufffd$/, ''),
  );
  assert.ok(syntax.length >= 199 && syntax.isWellFormed());
  const sink = new ValueSink();
  sink.setValue = (_column, value) => (typeof value === 'number' ? undefined : 'expected a number');
  const cell = faultOf(JSON.stringify({ a: 1, b: ['x'.repeat(1000), 2 ** 60] }), { sink }).text as string;
  assert.equal(cell, `["${'x'.repeat(198)}`);
  assert.equal(faultOf('{"a":[9007199254740993]}', { sink, exactIntegers: true }).text, '[9007199254740992]');
});

test('whole numbers beyond 2^53 are exact for targets that ask, and always where something is joined', () => {
  const line = '{"a":9007199254740993,"id":-9223372036854775807}';
  const joined = { join: ['id'] };
  assert.deepEqual(rowsOf(readText(line)), [[2 ** 53, undefined, undefined]]);
  assert.deepEqual(rowsOf(readText(line, { exactIntegers: true })), [[2n ** 53n + 1n, undefined, undefined]]);
  assert.deepEqual(readText(line, joined).records, [
    { row: [2n ** 53n + 1n, undefined, undefined], joined: [-(2n ** 63n) + 1n] },
  ]);
});

test('joined values come as they are, those of rows with faults do not', () => {
  const text =
    '{"a":1,"id":{"k":[1,null]},"T":"x"}\n{"a":"bad","id":2}\n{"a":3}\n{"a":4,"id":null,"t":false}';
  const { records } = readText(text, { join: ['id', 't'] });
  assert.deepEqual(
    records.map((outcome) => ('row' in outcome ? outcome.joined : outcome.code)),
    [[{ k: [1, null] }, 'x'], 'ROW_VALUE', [null, null], [null, false]],
  );
});

test('a model column sends each row to the sink of its model', () => {
  const one = new ValueSink();
  const two = new ValueSink();
  const byModel = new Map([
    ['one', valueTarget(['a'], one)],
    ['two', valueTarget(['b', 'c'], two)],
  ]);
  const text = [
    '{"m":"one","a":1}',
    '{"m":"two","b":2,"c":3}',
    '{"m":"three","a":1}',
    '{"a":1}',
    '{"m":["one"],"a":1}',
    '{"M":"one","a":4}',
    '["one",5]',
  ].join('\n');
  const want = { target: { modelColumn: 'm', byModel }, join: ['a'] };
  const block = openJsonReader(jsonSegment(text), 'o', want).read(10);
  assert.deepEqual([one.rows, two.rows], [[[1], [4]], [[2, 3]]]);
  assert.deepEqual(block?.models, ['one', 'two', 'one']);
  assert.deepEqual(block.recordOf, [0, 1, 5]);
  assert.deepEqual(block.joined, [[1], [null], [4]]);
  const rule = 'expected the name of a model of the job, got';
  const fault = { code: 'ROW_MODEL', column: 'm' };
  assert.deepEqual(block.faults, [
    { record: 2, ...fault, message: `${rule} another name`, text: '"three"' },
    { record: 3, ...fault, message: `${rule} nothing` },
    { record: 4, ...fault, message: `${rule} an array`, text: '["one"]' },
    { record: 6, ...fault, message: 'expected an object that names its model, got an array' },
  ]);
  const withHeader = { ...jsonSegment('[7,"two"]\n["x","one"]'), header: ['b', 'm'] };
  two.reset();
  const second = openJsonReader(withHeader, 'o', want).read(10);
  assert.deepEqual(second?.models, ['two', 'one']);
  assert.deepEqual(two.rows, [[7, undefined]]);
});

test('blank lines are no records, CRLF ends lines, and CR does where it is the newline', () => {
  const rows = [
    [1, undefined, undefined],
    [2, undefined, undefined],
  ];
  assert.deepEqual(rowsOf(readText('\r\n \t\r\n{"a":1}\r\n\r\n{"a":2}\r\n\n')), rows);
  assert.deepEqual(rowsOf(readText('\r{"a":1}\r\r {"a":2}', { layout: { newline: 'cr' } })), rows);
  assert.deepEqual(readText('').records, []);
});

test('UTF-16 is read as UTF-8 is, half a character costs its record', () => {
  const text = '{"a":"਀é😀"}\n\n{"a":"ਊ"}\r\n{"a":1}';
  for (const encoding of ['utf-16le', 'utf-16be'] as const) {
    const bytes = Buffer.from(text, 'utf16le');
    const options = { layout: { encoding } } as const;
    const read = (part: Buffer) =>
      rowsOf(readText(new Uint8Array(encoding === 'utf-16be' ? Buffer.from(part).swap16() : part), options));
    assert.deepEqual(read(bytes), rowsOf(readText(text)));
    const lone = Buffer.from('{"a":"\ud800"}\n{"a":1}', 'utf16le');
    assert.deepEqual(read(lone), ['ROW_ENCODING', [1, undefined, undefined]]);
  }
});

test('a line over the limit stops reading, the records before it stand', () => {
  const long = `{"a":"${'x'.repeat(30)}"}`;
  const stop = {
    code: 'JOB_RECORD_TOO_LONG',
    message: 'a record is over the limit of 20 bytes, at byte 8',
    offset: 8,
  };
  const records = [{ row: [1, undefined, undefined] }];
  const options = { maxRecordBytes: 20 };
  for (const rest of ['', '\n', '\n{"a":2}\n']) {
    assert.deepEqual(readText(`{"a":1}\n${long}${rest}`, options), { records, stop });
  }
  const exactly = `{"a":"${'x'.repeat(12)}"}`;
  assert.equal(readText(`${exactly}\n${exactly}`, options).stop, undefined);
  // a window that shows no end of the line asks for more only while the line may still fit
  const cut = { ...jsonSegment(`{"a":1}\n${long}`), to: 10, endsInput: false };
  assert.deepEqual(readJson(cut, options), { records, stop });
  assert.equal(readJson({ ...cut, bytes: cut.bytes.slice(0, 25) }, options), undefined);
});

test('a block ends with its rows, or with four times as many records', () => {
  const reader = openJsonReader(jsonSegment('{}\n{}\n{}\n' + 'x\n'.repeat(9) + '{}'), 'o', {
    target: valueTarget(abc),
    join: [],
  });
  const counts = [];
  for (let block = reader.read(2); block; block = reader.read(2)) {
    counts.push([block.records, block.recordOf.length, block.faults.length]);
  }
  assert.deepEqual(counts, [
    [2, 2, 0],
    [8, 1, 7],
    [3, 1, 2],
  ]);
});
