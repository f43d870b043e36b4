import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '../../../../support/bytes.js';
import { fc } from '../../../../support/property.js';
import { jsonSegment, readJson, readText, rowsOf } from './readJson.js';

const read = (text: string, maxRecordBytes?: number) =>
  readText(text, {
    format: 'jsonArray',
    names: ['a'],
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
  });

test('every element of an array is a record', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 20 }),
      fc.constantFrom(0, 2),
      fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
      (elements, indent, encoding) => {
        const text = JSON.stringify(elements, null, indent);
        const units = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
        const bytes = new Uint8Array(encoding === 'utf-16be' ? units.swap16() : units);
        const lines = readText(elements.map((element) => `${JSON.stringify(element)}\n`).join(''));
        const reading = readText(bytes, { format: 'jsonArray', layout: { encoding } });
        assert.deepEqual(rowsOf(reading), rowsOf(lines));
        assert.equal(reading.records.length, elements.length);
        assert.equal(reading.stop, undefined);
      },
    ),
    { numRuns: 500 },
  );
});

test('elements are held apart by commas outside texts and brackets', () => {
  const text = String.raw` [ {"a":"],[{\"\\"} ,{"a":[{"b":"}"},2]},{"a":1} x, ] `.replace(', ]', ']');
  assert.deepEqual(rowsOf(read(text)), [['],[{"\\'], [[{ b: '}' }, 2]], 'ROW_SYNTAX']);
});

test('an element that is no object or array is a fault of its row', () => {
  assert.deepEqual(rowsOf(read('[{"a":1}, 2, tru, {"a":3}]')), [[1], 'ROW_SYNTAX', 'ROW_SYNTAX', [3]]);
  assert.deepEqual(rowsOf(read(`[${'['.repeat(100)}${']'.repeat(100)},{"a":1}]`)), ['ROW_SYNTAX', [1]]);
});

test('an array without elements has no records', () => {
  assert.deepEqual(read(' [ \n] '), { records: [], stop: undefined });
});

test('a broken array keeps the elements before the break and tells its place', () => {
  const cases: [string, number, string][] = [
    ['', 0, 'expected a JSON array, got the end'],
    ['{"a":1}', 0, 'expected a JSON array, got something else'],
    ['[{"a":1},{"a":2', 15, "expected ']' at the end of the array, got the end"],
    ['[{"a":1},"x]', 12, "expected ']' at the end of the array, got the end"],
    ['[{"a":1},]', 9, "expected a value, got ']'"],
    ['[{"a":1},,{"a":2}]', 9, "expected a value, got ','"],
    ['[{"a":1},{"a":[2}]', 16, "expected another bracket, got '}'"],
    ['[{"a":1},2}]', 10, "expected another bracket, got '}'"],
    ['[{"a":1}] []', 10, 'expected nothing behind the array, got something else'],
    ['[{"a":1}],{"a":2}', 9, "expected nothing behind the array, got ','"],
  ];
  for (const [text, offset, message] of cases) {
    const { records, stop } = read(text);
    assert.deepEqual(
      stop,
      { code: 'JOB_INPUT_FORMAT', message: `${message}, at byte ${offset}`, offset },
      text,
    );
    assert.deepEqual(records, text.startsWith('[') ? [{ row: [1] }] : [], text);
  }
});

test('places count from the start of the input in its own encoding', () => {
  const bytes = new Uint8Array(Buffer.from('#["é😀",{"a":1},]', 'utf16le'));
  const segment = { ...jsonSegment(bytes, 'jsonArray', { encoding: 'utf-16le' }), from: 2, dataStart: 2 };
  assert.equal(readJson(segment)?.stop?.offset, bytes.length - 2);
  const behindMark = { ...jsonSegment(utf8('\ufeff[1}'), 'jsonArray'), from: 3, dataStart: 3 };
  assert.equal(readJson(behindMark)?.stop?.offset, 5);
});

test('an element over the limit stops reading', () => {
  const { records, stop } = read('[{"a":1},{"a":"long"},{"a":2}]', 10);
  assert.deepEqual(records, [{ row: [1] }]);
  assert.deepEqual([stop?.code, stop?.offset], ['JOB_RECORD_TOO_LONG', 9]);
});

test('a window that is not the whole input is too short', () => {
  assert.equal(readJson({ ...jsonSegment('[{"a":1},{"a"', 'jsonArray'), endsInput: false }), undefined);
});
