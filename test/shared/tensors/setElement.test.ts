import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  datatypeFacts,
  datatypes,
  type Datatype,
  type TensorData,
} from '../../../shared/tensors/datatypes.js';
import { jsonTypeOf, setElement } from '../../../shared/tensors/setElement.js';

/** The stored element, or the text of the refusal in an object. */
function put(datatype: Datatype, value: unknown): TensorData[number] | { readonly refused: string } {
  const data = datatypeFacts(datatype).allocate(1);
  const problem = setElement(datatype, data, 0, value);
  return problem === undefined ? (data[0] as TensorData[number]) : { refused: problem };
}

function refusal(datatype: Datatype, value: unknown): string {
  const outcome = put(datatype, value);
  assert.ok(typeof outcome === 'object', `${datatype} took ${String(value)}`);
  return outcome.refused;
}

const integers = ['UINT8', 'UINT16', 'UINT32', 'INT8', 'INT16', 'INT32'] as const;
const longIntegers = ['UINT64', 'INT64'] as const;
const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;
const floats = ['FP16', 'FP32', 'FP64'] as const;

test('integers take their limits and refuse the next number outside', () => {
  for (const datatype of integers) {
    const { min, max } = datatypeFacts(datatype);
    for (const limit of [Number(min), Number(max)]) {
      assert.equal(put(datatype, limit), limit);
      assert.equal(put(datatype, BigInt(limit)), limit);
    }
    assert.match(refusal(datatype, Number(min) - 1), /range/);
    assert.match(refusal(datatype, Number(max) + 1), /range/);
    assert.match(refusal(datatype, BigInt(max as number) + 1n), /range/);
  }
});

test('64-bit integers take their limits exactly and refuse the next number outside', () => {
  for (const datatype of longIntegers) {
    const { min, max } = datatypeFacts(datatype) as { min: bigint; max: bigint };
    for (const limit of [min, max, 2n ** 53n + 1n]) assert.equal(put(datatype, limit), limit);
    assert.equal(put(datatype, 7), 7n);
    assert.match(refusal(datatype, min - 1n), /range/);
    assert.match(refusal(datatype, max + 1n), /range/);
    assert.match(refusal(datatype, 1e20), /range/);
  }
});

test('integers refuse fractions and infinity', () => {
  for (const datatype of [...integers, ...longIntegers]) {
    assert.match(refusal(datatype, 1.5), /whole number.*fraction/);
    assert.match(refusal(datatype, Infinity), /range/);
    assert.match(refusal(datatype, -Infinity), /range/);
  }
});

test('floats take every finite number that rounds into their range', () => {
  assert.equal(put('FP32', largestFloat32), largestFloat32);
  // the shortest text of the largest float32 lies above it
  assert.equal(put('FP32', Number('3.4028235e38')), largestFloat32);
  assert.equal(put('FP32', Number('-3.4028235e38')), -largestFloat32);
  assert.equal(put('FP64', Number.MAX_VALUE), Number.MAX_VALUE);
  assert.equal(put('FP16', 65_504), 0x7bff);
  assert.equal(put('FP16', 65_519), 0x7bff);
  assert.equal(put('FP32', 2n ** 70n), 2 ** 70);
});

test('floats refuse numbers beyond their range', () => {
  assert.match(refusal('FP16', 65_520), /range of FP16/);
  assert.match(refusal('FP32', 3.5e38), /range of FP32/);
  for (const datatype of floats) {
    assert.match(refusal(datatype, Infinity), /range/);
    assert.match(refusal(datatype, -Infinity), /range/);
    assert.match(refusal(datatype, 10n ** 400n), /range/);
  }
});

test('null is NaN in floats and refused elsewhere', () => {
  assert.equal(put('FP32', null), NaN);
  assert.equal(put('FP64', null), NaN);
  assert.equal((put('FP16', null) as number) & 0x7e00, 0x7e00);
  for (const datatype of datatypes) {
    if (datatypeFacts(datatype).kind !== 'float') assert.match(refusal(datatype, null), /got null/);
  }
});

test('booleans go into BOOL alone, and nothing else does', () => {
  assert.equal(put('BOOL', true), 1);
  assert.equal(put('BOOL', false), 0);
  assert.match(refusal('BOOL', 1), /expected true or false, got a number/);
  assert.match(refusal('BOOL', 'true'), /got a text/);
  for (const datatype of datatypes) {
    if (datatype !== 'BOOL') assert.match(refusal(datatype, true), /got a boolean/);
  }
});

test('texts go into BYTES alone, and nothing else does', () => {
  assert.equal(put('BYTES', ''), '');
  assert.equal(put('BYTES', '\u{1f600}'), '\u{1f600}');
  assert.match(refusal('BYTES', 5), /expected a text, got a number/);
  for (const datatype of datatypes) {
    if (datatype !== 'BYTES') assert.match(refusal(datatype, '1'), /got a text/);
  }
});

test('texts that ONNX Runtime would change are refused', () => {
  assert.match(refusal('BYTES', 'a\ud800'), /lone surrogate/);
  assert.match(refusal('BYTES', '\udc00a'), /lone surrogate/);
  assert.match(refusal('BYTES', 'a\0b'), /NUL/);
});

test('arrays and objects are refused everywhere, without their content', () => {
  for (const datatype of datatypes) {
    assert.match(refusal(datatype, ['secret']), /got an array$/);
    assert.match(refusal(datatype, { secret: 1 }), /got an object$/);
    assert.match(refusal(datatype, undefined), /got nothing$/);
  }
});

test('JSON types are named with their article', () => {
  const named = [null, undefined, [], 'x', true, {}, 1, 2n].map(jsonTypeOf);
  assert.deepEqual(named, [
    'null',
    'nothing',
    'an array',
    'a text',
    'a boolean',
    'an object',
    'a number',
    'a number',
  ]);
});
