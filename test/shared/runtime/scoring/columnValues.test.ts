import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signature } from '../../../../shared/models/signature.js';
import { decodeColumns } from '../../../../shared/protocols/columns/decodeColumns.js';
import { columnValues, outputValue } from '../../../../shared/runtime/scoring/columnValues.js';
import { outputTensor } from '../../../../shared/runtime/scoring/outputTensor.js';
import {
  datatypeFacts,
  datatypes,
  type Datatype,
  type Tensor,
} from '../../../../shared/tensors/datatypes.js';
import { elementCount } from '../../../../shared/tensors/shape.js';
import { fc } from '../../../support/property.js';
import { column, featuresOf, output, tensorsOf, tensorSpec } from '../../../support/signatures.js';

/** Elements of a datatype as its tensors hold them. */
function elements(datatype: Datatype): fc.Arbitrary<unknown> {
  const { kind, min, max } = datatypeFacts(datatype);
  switch (kind) {
    case 'bigint':
      return fc.bigInt({ min: min as bigint, max: max as bigint });
    case 'integer':
      return fc.integer({ min: min as number, max: max as number });
    case 'boolean':
      return fc.constantFrom(0, 1);
    case 'text':
      return fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
    case 'float':
      if (datatype === 'FP64') return fc.double();
      // bit patterns; those of NaN have one that comes back
      return datatype === 'FP32'
        ? fc.float()
        : fc.integer({ min: 0, max: 0xffff }).filter((bits) => (bits & 0x7fff) <= 0x7c00 || bits === 0x7e00);
  }
}

function tensors(datatype: Datatype, ...shape: number[]): fc.Arbitrary<Tensor> {
  const count = elementCount(shape);
  return fc.array(elements(datatype), { minLength: count, maxLength: count }).map((values) => {
    const data = datatypeFacts(datatype).allocate(count);
    for (const [i, value] of values.entries()) (data as unknown[])[i] = value;
    return { datatype, shape, data };
  });
}

const shapes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 0, maxLength: 3 });
const anyTensor = fc
  .tuple(fc.constantFrom(...datatypes), shapes)
  .chain(([datatype, shape]) => tensors(datatype, ...shape));

const isFinite = ({ datatype, data }: Tensor) =>
  datatype === 'FP16'
    ? [...(data as Uint16Array)].every((bits) => (bits & 0x7fff) !== 0x7c00)
    : !datatype.startsWith('FP') ||
      [...(data as Float32Array)].every((value) => Math.abs(value) !== Infinity);

test('an output that comes back unchanged is the tensor that it was, whatever it holds', () => {
  fc.assert(
    fc.property(anyTensor, fc.boolean(), (tensor, isDeclared) => {
      const spec = output(tensorSpec('y', tensor.datatype, ...(isDeclared ? tensor.shape : [])));
      assert.deepEqual(outputTensor(spec, tensor.shape, outputValue(tensor, spec)), tensor);
    }),
  );
});

test('columns that come back unchanged are the tensors that they were', () => {
  fc.assert(
    fc.property(anyTensor.filter(isFinite), (tensor) => {
      const isScalar = tensor.shape.slice(1).every((length) => length === 1);
      const open = tensor.shape.map((length, axis) => (axis === 0 ? -1 : length));
      const signature = tensorsOf(
        [tensorSpec('x', tensor.datatype, ...open)],
        [column('x', isScalar ? 'numeric' : 'vector')],
      );
      const columns = columnValues({ x: tensor }, signature);
      const source = { form: 'frame', columns, rowCount: tensor.shape[0] ?? 1, place: '' } as const;
      assert.deepEqual(decodeColumns(source, signature), { x: tensor });
    }),
  );
});

const valuesOf = (tensor: Tensor, signature: Signature) => columnValues({ x: tensor }, signature);

test('the features of one tensor are a column each', () => {
  const features = featuresOf('FP32', column('hp'), column('wt'));
  const data = new Float32Array([1, 2, 3, NaN]);
  assert.deepEqual(valuesOf({ datatype: 'FP32', shape: [2, 2], data }, features), {
    hp: [1, 3],
    wt: [2, NaN],
  });
  const none = { datatype: 'FP32', shape: [0, 2], data: new Float32Array() } as const;
  assert.deepEqual(valuesOf(none, features), { hp: [], wt: [] });
});

test('whole numbers of 64 bits are numbers up to 2^53 and bigint beyond', () => {
  const ids = tensorsOf([tensorSpec('x', 'INT64', -1)]);
  const data = BigInt64Array.of(5n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 63n));
  assert.deepEqual(valuesOf({ datatype: 'INT64', shape: [4], data }, ids), {
    x: [5, 2 ** 53 - 1, 2n ** 53n, -(2n ** 63n)],
  });
});

test('booleans are booleans, and rows of several values are arrays', () => {
  const flags = tensorsOf([tensorSpec('x', 'BOOL', -1, 1)]);
  assert.deepEqual(valuesOf({ datatype: 'BOOL', shape: [2, 1], data: Uint8Array.of(1, 0) }, flags), {
    x: [true, false],
  });
  const vectors = tensorsOf([tensorSpec('x', 'INT8', -1, -1)], [column('x', 'vector')]);
  const data = Int8Array.of(1, 2);
  assert.deepEqual(valuesOf({ datatype: 'INT8', shape: [2, 1], data }, vectors), { x: [[1], [2]] });
});

test('an output has one entry per row, an array where a row has several values', () => {
  const data = new Float32Array([1, 2, 3, 4]);
  const of = (shape: number[], ...declared: number[]) =>
    outputValue({ datatype: 'FP32', shape, data }, output(tensorSpec('y', 'FP32', ...declared)));
  assert.deepEqual(of([4], -1), [1, 2, 3, 4]);
  assert.deepEqual(of([4, 1], -1, 1), [1, 2, 3, 4]);
  assert.deepEqual(of([2, 2], -1, 2), [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(of([4, 1], -1, -1), [[1], [2], [3], [4]]);
  assert.deepEqual(of([4, 1]), [1, 2, 3, 4]);
  assert.equal(outputValue({ datatype: 'FP32', shape: [], data }, output(tensorSpec('y', 'FP32'))), 1);
});
