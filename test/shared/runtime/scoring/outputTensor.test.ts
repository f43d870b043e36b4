import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputTensor } from '../../../../shared/runtime/scoring/outputTensor.js';
import type { Datatype } from '../../../../shared/tensors/datatypes.js';

const make = (datatype: Datatype, shape: readonly number[], value: unknown) =>
  outputTensor({ column: 'y', datatype }, shape, value);
const refuses = (datatype: Datatype, shape: readonly number[], value: unknown, message: string) => {
  assert.throws(() => make(datatype, shape, value), { name: 'TypeError', message });
};

test('values are taken nested or flat', () => {
  const tensor = { datatype: 'FP32', shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) };
  assert.deepEqual(
    make(
      'FP32',
      [2, 2],
      [
        [1, 2],
        [3, 4],
      ],
    ),
    tensor,
  );
  assert.deepEqual(make('FP32', [2, 2], [1, 2, 3, 4]), tensor);
});

test('null and numbers that are not finite are written as they are', () => {
  const { data } = make('FP64', [4], [null, NaN, Infinity, -Infinity]);
  assert.deepEqual(data, new Float64Array([NaN, NaN, Infinity, -Infinity]));
  assert.deepEqual(make('FP16', [2], [Infinity, -Infinity]).data, Uint16Array.of(0x7c00, 0xfc00));
});

test('what does not fit is named with its output and row', () => {
  refuses('FP64', [3], [1, 2], "output 'y': expected 3 values for shape [3], got 2");
  refuses('FP64', [2], 1, "output 'y': expected an array of 2 values, got a number");
  refuses('FP64', [2], undefined, "output 'y': expected an array of 2 values, got nothing");
  refuses('FP64', [2], [1, 'x'], "output 'y', row 1: expected a number, got a text");
  refuses('BYTES', [2], ['x', null], "output 'y', row 1: expected a text, got null");
  refuses('BOOL', [1], [1], "output 'y', row 0: expected true or false, got a number");
  refuses('INT64', [1], [0.5], "output 'y', row 0: expected a whole number (INT64), got a fraction");
  refuses('INT64', [1], [NaN], "output 'y', row 0: expected a value in the range of INT64, got one outside");
  refuses('FP64', [2, 2], [1, 2, 3, 'x'], "output 'y', row 1: expected a number, got a text");
  refuses('FP64', [2, 2], [[1, 2], [3]], "output 'y', row 1: expected 2 values in dimension 1, got 1");
});

test('arrays too deep never move values to other rows', () => {
  refuses('FP64', [2], [[1, 2], [3]], "output 'y', row 0: expected a number, got an array");
  refuses('FP64', [1, 2], [[1, [2, 3]]], "output 'y', row 0: expected a number, got an array");
  refuses('FP64', [2, 1], [1, [2, 3]], "output 'y', row 1: expected a number, got an array");
});
