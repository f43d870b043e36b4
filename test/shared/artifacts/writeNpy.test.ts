import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeNpy } from '../../../shared/artifacts/writeNpy.js';
import { datatypeFacts, datatypes, type Tensor } from '../../../shared/tensors/datatypes.js';
import { fc } from '../../support/property.js';
import { readNpy } from './readNpy.js';

const fileOf = (tensor: Tensor) => writeNpy(tensor).bytes as Uint8Array;

test('every datatype of numbers has its type description', () => {
  const described = datatypes.flatMap((datatype) => {
    if (datatype === 'BYTES') return [];
    const tensor: Tensor = { datatype, shape: [2], data: datatypeFacts(datatype).allocate(2) };
    return [`${datatype} ${readNpy(fileOf(tensor)).descr}`];
  });
  assert.deepEqual(described, [
    'BOOL |b1',
    'UINT8 |u1',
    'UINT16 <u2',
    'UINT32 <u4',
    'UINT64 <u8',
    'INT8 |i1',
    'INT16 <i2',
    'INT32 <i4',
    'INT64 <i8',
    'FP16 <f2',
    'FP32 <f4',
    'FP64 <f8',
  ]);
});

/** Any tensor of numbers up to rank 4, lengths of 0 included. */
const anyTensor = fc
  .record({
    datatype: fc.constantFrom(...datatypes.filter((datatype) => datatype !== 'BYTES')),
    shape: fc.array(fc.nat({ max: 4 }), { maxLength: 4 }),
  })
  .chain(({ datatype, shape }) => {
    const count = shape.reduce((product, length) => product * length, 1);
    const data = datatypeFacts(datatype).allocate(count) as Uint8Array;
    return fc.uint8Array({ minLength: data.byteLength, maxLength: data.byteLength }).map((bytes): Tensor => {
      const filled = new Uint8Array(data.buffer.slice(0));
      filled.set(datatype === 'BOOL' ? bytes.map((byte) => byte & 1) : bytes);
      return { datatype, shape, data: new (data.constructor as Uint8ArrayConstructor)(filled.buffer) };
    });
  });

test('a file has the shape and the elements of its tensor, in C order, aligned to 64 bytes', () => {
  fc.assert(
    fc.property(anyTensor, (tensor) => {
      const { shape, data, dataStart } = readNpy(fileOf(tensor));
      assert.deepEqual(shape, tensor.shape);
      const elements = [...(tensor.data as Uint8Array)];
      assert.deepEqual(data, tensor.datatype === 'BOOL' ? elements.map(Boolean) : elements);
      assert.equal(dataStart % 64, 0);
    }),
  );
});

test('a view of a larger buffer is written alone', () => {
  const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
  assert.deepEqual(readNpy(fileOf({ datatype: 'FP32', shape: [2, 1], data })).data, [1, 2]);
});
