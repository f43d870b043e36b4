import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor } from '../../../shared/tensors/datatypes.js';
import { elementsText, float32Text } from '../../../shared/tensors/elementText.js';
import { fromFloat16Bits, toFloat16Bits } from '../../../shared/tensors/float16.js';
import { fc } from '../../support/property.js';

const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

function float32Of(bits: number): number {
  words[0] = bits;
  return floats[0] as number;
}

/** The fewest digits of a decimal that rounds to the value, found by trying. */
function fewestDigits(value: number, round: (value: number) => number): number {
  for (let precision = 1; precision < 17; precision++) {
    if (Object.is(round(Number(value.toPrecision(precision))), value)) return precision;
  }
  return 17;
}

function digitsOf(text: string): number {
  const [mantissa = ''] = text.replace('-', '').split('e');
  const digits = mantissa.replace('.', '').replace(/^0+/, '');
  // zeros at the end of a whole number only carry its size
  return Math.max(1, (mantissa.includes('.') ? digits : digits.replace(/0+$/, '')).length);
}

function checkFloat32(bits: number): void {
  const value = float32Of(bits);
  const text = float32Text(value);
  if (!Number.isFinite(value)) {
    assert.equal(text, 'null');
    return;
  }
  assert.ok(Object.is(Math.fround(JSON.parse(text) as number), value), `${text} is not ${value}`);
  assert.equal(digitsOf(text), value === 0 ? 1 : fewestDigits(value, Math.fround), text);
}

const tensor = (datatype: Tensor['datatype'], data: Tensor['data']): Tensor => ({
  datatype,
  shape: [data.length],
  data,
});
const textOf = (one: Tensor) => elementsText(one, 0, one.data.length);

test('float32 of any bit pattern is written with the fewest digits that read back to it', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), checkFloat32), { numRuns: 20_000 });
});

test('float32 at the borders is written with the fewest digits that read back to it', () => {
  const borders = [
    0, 0x8000_0000, 1, 2, 0x8000_0001, 0x007f_ffff, 0x0080_0000, 0x7f7f_ffff, 0x7f80_0000, 0x7fc0_0000,
  ];
  const integers = [1, 9_999_999, 10_000_000, 16_777_216, 2 ** 31, 2 ** 62].map((value) => {
    floats[0] = value;
    return words[0] as number;
  });
  for (const bits of [...borders, ...integers]) checkFloat32(bits);
});

test('float32 is not written with the digits of its double', () => {
  assert.equal(float32Text(Math.fround(0.1)), '0.1');
  assert.equal(float32Text(Math.fround(3.4028235e38)), '3.4028235e+38');
  assert.equal(float32Text(2 ** -149), '1e-45');
});

test('the sign of zero is written', () => {
  assert.equal(float32Text(-0), '-0');
  assert.equal(textOf(tensor('FP64', new Float64Array([-0, 0]))), '-0,0');
  assert.equal(textOf(tensor('FP16', new Uint16Array([0x8000, 0]))), '-0,0');
});

test('every float16 pattern reads back to itself, fractions with the fewest digits', () => {
  const round = (value: number) => fromFloat16Bits(toFloat16Bits(value));
  const patterns = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
  const texts = textOf(tensor('FP16', patterns)).split(',');
  const wrong = texts.filter((text, bits) => {
    const value = fromFloat16Bits(bits);
    if (!Number.isFinite(value)) return text !== 'null';
    if (!Object.is(round(JSON.parse(text) as number), value)) return true;
    return !Number.isInteger(value) && digitsOf(text) !== fewestDigits(value, round);
  });
  assert.deepEqual(wrong.slice(0, 5), []);
});

test('float64 reads back to the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.ok(Object.is(JSON.parse(textOf(tensor('FP64', new Float64Array([value])))), value));
    }),
    { numRuns: 2000 },
  );
});

test('what JSON cannot hold is written as null', () => {
  assert.equal(textOf(tensor('FP64', new Float64Array([NaN, Infinity, -Infinity]))), 'null,null,null');
  assert.equal(textOf(tensor('FP32', new Float32Array([NaN, Infinity, -Infinity]))), 'null,null,null');
});

test('integers of 64 bits are written exactly', () => {
  const data = new BigInt64Array([2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n]);
  assert.equal(textOf(tensor('INT64', data)), '9223372036854775807,-9223372036854775808,9007199254740993');
  assert.equal(textOf(tensor('UINT64', new BigUint64Array([2n ** 64n - 1n]))), '18446744073709551615');
});

test('booleans and texts are written as JSON has them', () => {
  assert.equal(textOf(tensor('BOOL', new Uint8Array([0, 1, 2]))), 'false,true,true');
  assert.equal(textOf(tensor('BYTES', ['a"b', '\n', 'é', ''])), String.raw`"a\"b","\n","é",""`);
});

test('a part of a tensor is written without the rest', () => {
  const one = tensor('INT32', new Int32Array([1, 2, 3, 4]));
  assert.equal(elementsText(one, 1, 3), '2,3');
  assert.equal(elementsText(one, 2, 2), '');
});
