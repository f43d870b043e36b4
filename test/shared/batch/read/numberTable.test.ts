import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TensorRows } from '../../../../shared/batch/read/tensorRows.js';
import type { ColumnSpec, ColumnType } from '../../../../shared/models/signature.js';
import type { Datatype } from '../../../../shared/tensors/datatypes.js';
import { fromFloat16Bits, toFloat16Bits } from '../../../../shared/tensors/float16.js';
import { utf8 } from '../../../support/bytes.js';
import { fc } from '../../../support/property.js';
import { column, tensorsOf, tensorSpec } from '../../../support/signatures.js';

/** The element that a CSV cell makes, or the rule that it breaks. */
function read(
  text: string | Uint8Array,
  datatype: Datatype,
  facts: Partial<ColumnSpec> = {},
  type: ColumnType = 'numeric',
): unknown {
  const rows = new TensorRows(tensorsOf([tensorSpec('x', datatype, -1)], [column('x', type, facts)]), 1);
  const bytes = typeof text === 'string' ? utf8(text) : text;
  const problem = rows.setText(0, bytes, 0, bytes.length);
  if (problem !== undefined) return problem;
  rows.commit();
  const [element] = rows.feeds(0, 1).x?.data ?? [];
  return datatype === 'FP16' ? fromFloat16Bits(element as number) : element;
}

const floats = ['FP16', 'FP32', 'FP64'] as const;
const shortIntegers = ['INT8', 'INT16', 'INT32', 'UINT8', 'UINT16', 'UINT32'] as const;
const longIntegers = ['INT64', 'UINT64'] as const;
const numbers = [...floats, ...shortIntegers, ...longIntegers];

const isProblem = (value: unknown, rule: RegExp, about: string) => {
  assert.equal(typeof value, 'string', about);
  assert.match(value as string, rule, about);
};

test('numbers of every form that is allowed', () => {
  const table: [string, number][] = [
    ['1', 1],
    ['+1', 1],
    [' 1 ', 1],
    ['\t1\t', 1],
    ['5.', 5],
    ['007', 7],
    ['1e1', 10],
    ['1.0', 1],
    ['0', 0],
  ];
  for (const [text, value] of table) {
    for (const datatype of [...floats, ...shortIntegers])
      assert.equal(read(text, datatype), value, `${text} ${datatype}`);
    for (const datatype of longIntegers)
      assert.equal(read(text, datatype), BigInt(value), `${text} ${datatype}`);
  }
  for (const datatype of floats) {
    assert.equal(read('.5', datatype), 0.5);
    assert.ok(Object.is(read('-0', datatype), -0), datatype);
    assert.ok(Object.is(read('-0.0', datatype), -0), datatype);
  }
  assert.ok(Object.is(read('-0', 'INT32'), 0));
  assert.equal(read('-0', 'INT64'), 0n);
});

test('texts that are no number are refused in every datatype', () => {
  const texts = '0x10 1_000 1.2.3 . + - abc null NA N/A None #N/A TRUE 1e 12abc -nan +NaN 1;5'.split(' ');
  for (const text of texts) {
    for (const datatype of numbers)
      isProblem(read(text, datatype), /^expected a number, got a text$/, `${text} ${datatype}`);
  }
  isProblem(read('x'.repeat(10_000), 'FP32'), /got a text$/, 'long');
  isProblem(read('1,5', 'FP32'), /got a number with a comma in it$/, '1,5');
  for (const text of ['Infinity', 'inf', '-inf', '+Infinity', 'INF']) {
    for (const datatype of numbers) isProblem(read(text, datatype), /got infinity$/, text);
  }
});

test('numbers outside the range of the datatype are refused', () => {
  const table: [Datatype, string, string][] = [
    ['FP64', '1e309', '1.7976931348623157e308'],
    ['FP64', '-1e309', '-1.7976931348623157e308'],
    ['FP32', '3.4028236e38', '3.4028235e38'],
    ['FP32', '1e309', '1e38'],
    ['FP16', '65520', '65519.99'],
    ['FP16', '-1e6', '-65504'],
    ['INT8', '128', '127'],
    ['INT8', '-129', '-128'],
    ['UINT8', '256', '255'],
    ['UINT8', '-1', '0'],
    ['INT16', '32768', '32767'],
    ['UINT16', '65536', '65535'],
    ['INT32', '2147483648', '-2147483648'],
    ['UINT32', '4294967296', '4294967295'],
    ['INT32', '1e309', '1e9'],
    ['INT64', '9223372036854775808', '9223372036854775807'],
    ['INT64', '-9223372036854775809', '-9223372036854775808'],
    ['INT64', '99999999999999999999999999', '0'],
    ['UINT64', '18446744073709551616', '18446744073709551615'],
    ['UINT64', '-1', '0'],
  ];
  for (const [datatype, outside, inside] of table) {
    isProblem(read(outside, datatype), new RegExp(`^expected a value in the range of ${datatype}`), outside);
    assert.notEqual(typeof read(inside, datatype), 'string', `${inside} ${datatype}`);
  }
});

test('whole numbers beyond 2^53 are exact in plain digits and refused in other forms', () => {
  assert.equal(read('9007199254740993', 'INT64'), 9007199254740993n);
  assert.equal(read('+9223372036854775807', 'INT64'), 2n ** 63n - 1n);
  assert.equal(read(' -9223372036854775808\t', 'INT64'), -(2n ** 63n));
  assert.equal(read('18446744073709551615', 'UINT64'), 2n ** 64n - 1n);
  assert.equal(read(`${'0'.repeat(30)}9007199254740993`, 'INT64'), 9007199254740993n);
  assert.equal(read('1e3', 'INT64'), 1000n);
  for (const text of ['9007199254740993.0', '1e16']) {
    isProblem(read(text, 'INT64'), /^expected INT64 in plain digits, got a fraction or an exponent$/, text);
  }
  for (const datatype of [...shortIntegers, ...longIntegers])
    isProblem(read('1.5', datatype), /got a fraction$/, datatype);
});

test('the empty cell and NaN are missing values: the default, else NaN, else a fault', () => {
  for (const text of ['', '  ', '\t', 'NaN', 'nan', 'NAN', ' nan ']) {
    for (const datatype of numbers) {
      const seven = (longIntegers as readonly Datatype[]).includes(datatype) ? 7n : 7;
      assert.equal(read(text, datatype, { default: 7 }), seven, text);
      isProblem(
        read(text, datatype),
        /^expected a number, got (an empty cell|NaN), and the column is not nullable$/,
        text,
      );
    }
    for (const datatype of floats) assert.ok(Number.isNaN(read(text, datatype, { nullable: true })), text);
  }
});

test('booleans are true, false, 1 and 0 in any letter case', () => {
  for (const text of ['true', 'True', 'TRUE', '1', ' true '])
    assert.equal(read(text, 'BOOL', {}, 'logical'), 1, text);
  for (const text of ['false', 'False', 'FALSE', '0', '\t0'])
    assert.equal(read(text, 'BOOL', {}, 'logical'), 0, text);
  for (const text of ['2', 'yes', 't', '1.0', 'null']) {
    isProblem(read(text, 'BOOL', {}, 'logical'), /^expected true or false, got a text$/, text);
  }
  assert.equal(read('', 'BOOL', { default: true }, 'logical'), 1);
  isProblem(read('', 'BOOL', {}, 'logical'), /got an empty cell/, 'empty');
});

test('logical columns of number tensors take true and false as 1 and 0, numeric columns do not', () => {
  for (const datatype of ['FP32', 'FP16', 'INT32'] as const) {
    assert.equal(read('True', datatype, {}, 'logical'), 1);
    assert.equal(read('false', datatype, {}, 'logical'), 0);
    assert.equal(read('1', datatype, {}, 'logical'), 1);
    isProblem(read('true', datatype), /^expected a number, got a text$/, datatype);
  }
  assert.equal(read('true', 'INT64', {}, 'logical'), 1n);
  assert.equal(read('', 'FP32', { default: true }, 'logical'), 1);
});

test('texts stay as they are; NUL and bytes that are not UTF-8 are refused', () => {
  const town = (text: string | Uint8Array) => read(text, 'BYTES', {}, 'character');
  for (const text of ['', ' a ', 'NaN', 'é', '\ufeffx', '👍🏽', 'e\u0301', 'שלום', '\t'])
    assert.equal(town(text), text);
  isProblem(town('a\0b'), /without NUL/, 'NUL');
  isProblem(town(new Uint8Array([0x61, 0xff])), /in UTF-8/, 'ff');
  // a lone surrogate as CESU writes it
  isProblem(town(new Uint8Array([0xed, 0xa0, 0x80])), /in UTF-8/, 'surrogate');
});

test('every number that programs write is stored as the nearest element', () => {
  const written = fc.oneof(
    fc.double({ noNaN: true }),
    fc.float({ noNaN: true }),
    fc.double({ noNaN: true, min: -7e4, max: 7e4 }),
  );
  const form = fc.constantFrom(
    String,
    (x: number) => x.toExponential(),
    (x: number) => x.toPrecision(17),
    (x: number) => x.toPrecision(7),
  );
  fc.assert(
    fc.property(written, form, (value, print) => {
      const text = print(value);
      if (!Number.isFinite(value)) return;
      const number = Number(text);
      const stored = {
        FP32: Math.fround(number),
        FP64: number,
        FP16: fromFloat16Bits(toFloat16Bits(number)),
      };
      for (const datatype of floats) {
        const element = read(text, datatype);
        if (Number.isFinite(stored[datatype]))
          assert.ok(Object.is(element, stored[datatype]), `${text} ${datatype}`);
        else isProblem(element, /range/, text);
      }
    }),
    { numRuns: 5000 },
  );
});
