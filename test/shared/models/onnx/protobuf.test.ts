import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  lengthDelimited,
  packedNumbers,
  readFields,
  signed,
  textOf,
  varintField,
} from '../../../../shared/models/onnx/protobuf.js';
import { utf8 } from '../../../support/bytes.js';
import { fc } from '../../../support/property.js';

const fieldNumbers = fc.integer({ min: 1, max: 2 ** 28 - 1 });
const fieldsOf = (...bytes: number[]) => [...readFields(Uint8Array.from(bytes))];

test('fields that are written are read back with their bounds', () => {
  const written = fc.array(fc.tuple(fieldNumbers, fc.oneof(fc.nat(), fc.maxSafeNat(), fc.uint8Array())));
  fc.assert(
    fc.property(written, (fields) => {
      const parts = fields.map(([number, value]) =>
        typeof value === 'number' ? varintField(number, value) : lengthDelimited(number, value),
      );
      const message = Buffer.concat(parts);
      const read = [...readFields(message)];
      assert.deepEqual(
        read.map(({ number, wireType, varint, bytes }) => [
          number,
          wireType === 0 ? Number(varint) : [...bytes],
        ]),
        fields.map(([number, value]) => [number, typeof value === 'number' ? value : [...value]]),
      );
      let at = 0;
      for (const [i, { start, end }] of read.entries()) {
        assert.equal(start, at);
        at += (parts[i] as Uint8Array).length;
        assert.equal(end, at);
      }
    }),
  );
});

test('random bytes end in fields or in a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
      try {
        for (const { end } of readFields(message)) assert.ok(end <= message.length);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }),
    { numRuns: 5000 },
  );
});

test('fixed-width fields are skipped by their width', () => {
  const fields = fieldsOf(0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4, 0x18, 7);
  assert.deepEqual(
    fields.map(({ number, wireType, end }) => [number, wireType, end]),
    [
      [1, 1, 9],
      [2, 5, 14],
      [3, 0, 16],
    ],
  );
});

test('hostile bytes are refused', () => {
  const hostile: Record<string, number[]> = {
    'field number 0': [0x00, 0x01],
    'wire type 3': [0x0b],
    'wire type 7': [0x0f],
    'longer than its message': [0x0a, 0x05, 1],
    'field 1 is longer': [0x09, 1, 2],
    'ends inside a number': [0x08, 0x80],
    'longer than 10 bytes': [0x08, ...new Array<number>(11).fill(0xff)],
  };
  for (const [why, bytes] of Object.entries(hostile)) {
    assert.throws(() => fieldsOf(...bytes), { name: 'RangeError', message: new RegExp(why) });
  }
});

test('a length beyond 2^53 is refused and not rounded', () => {
  assert.throws(() => fieldsOf(0x0a, ...new Array<number>(9).fill(0xff), 0x01), RangeError);
});

test('numbers of 64 bits are read with their sign', () => {
  const [minusOne] = fieldsOf(0x08, ...new Array<number>(9).fill(0xff), 0x01);
  assert.ok(minusOne);
  assert.equal(signed(minusOne), -1n);
  assert.equal(minusOne.varint, 2n ** 64n - 1n);
});

test('packed numbers are read, and endless ones refused', () => {
  assert.deepEqual(
    [...packedNumbers(Uint8Array.from([3, 0x96, 1, ...new Array<number>(9).fill(0xff), 1]))],
    [3n, 150n, -1n],
  );
  assert.throws(() => [...packedNumbers(new Uint8Array(2 ** 20).fill(0x80))], RangeError);
  assert.throws(() => [...packedNumbers(Uint8Array.from([0x80]))], RangeError);
});

test('texts are read as UTF-8, with replacement for what is none', () => {
  const [field] = readFields(lengthDelimited(1, utf8('é')));
  assert.equal(textOf(field as NonNullable<typeof field>), 'é');
  const [broken] = readFields(lengthDelimited(1, Uint8Array.from([0xff])));
  assert.equal(textOf(broken as NonNullable<typeof broken>), '\ufffd');
});
