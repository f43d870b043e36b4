import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutputRows } from '../../../shared/artifacts/outputRows.js';
import { writePng } from '../../../shared/artifacts/writePng.js';
import { datatypeFacts, type Datatype } from '../../../shared/tensors/datatypes.js';
import { toFloat16Bits } from '../../../shared/tensors/float16.js';
import { fc } from '../../support/property.js';
import { output, tensorSpec } from '../../support/signatures.js';
import { readPng } from './readPng.js';

/** An output with these values; with `rows` the first dimension of its shape is the batch. */
function outputOf(
  datatype: Datatype,
  shape: readonly number[],
  values: readonly (number | bigint)[],
  rows?: number,
): OutputRows {
  const data = datatypeFacts(datatype).allocate(values.length) as Float32Array;
  for (const [i, value] of values.entries()) data[i] = value as number;
  return {
    spec: output(tensorSpec('y', datatype, ...shape)),
    tensor: { datatype, shape, data },
    rows,
    itemShape: rows === undefined ? shape : shape.slice(1),
  };
}

const imageOf = (one: OutputRows, range?: readonly [number, number]) => {
  const { bytes, note } = writePng(one, range);
  assert.ok(bytes, note);
  return readPng(bytes);
};
/** Pixels of a grey image, line by line. */
const greys = (one: OutputRows, range?: readonly [number, number]) =>
  imageOf(one, range).pixels.map((line) => line.map(([grey]) => grey));

test('[H, W] is a grey image', () => {
  const { width, height, channels, pixels } = imageOf(outputOf('UINT8', [2, 3], [0, 1, 2, 253, 254, 255]));
  assert.deepEqual([width, height, channels], [3, 2, 1]);
  assert.deepEqual(pixels, [
    [[0], [1], [2]],
    [[253], [254], [255]],
  ]);
});

test('channels come first or last and make the same picture', () => {
  // 2 x 2 pixels of red, green and blue
  const pixels = [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    [
      [7, 8, 9],
      [10, 11, 12],
    ],
  ];
  const last = imageOf(outputOf('INT32', [2, 2, 3], pixels.flat(2)));
  const first = imageOf(outputOf('INT32', [3, 2, 2], [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]));
  assert.equal(last.channels, 3);
  assert.deepEqual(last.pixels, pixels);
  assert.deepEqual(first, last);
});

test('one channel is grey and four have opacity', () => {
  assert.deepEqual(greys(outputOf('UINT8', [1, 1, 2], [3, 4])), [[3, 4]]);
  assert.deepEqual(imageOf(outputOf('UINT8', [1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8])).channels, 1);
  assert.deepEqual(imageOf(outputOf('UINT8', [2, 1, 4], [1, 2, 3, 4, 5, 6, 7, 8])).pixels, [
    [[1, 2, 3, 4]],
    [[5, 6, 7, 8]],
  ]);
});

test('the images of several rows stand below each other', () => {
  const { width, height, pixels } = imageOf(outputOf('UINT8', [2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8], 2));
  assert.deepEqual([width, height], [2, 4]);
  assert.deepEqual(pixels.flat(2), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test('floating-point numbers up to 1 are scaled, others are taken as they are', () => {
  assert.deepEqual(greys(outputOf('FP32', [1, 4], [0, 0.5, 1, -3])), [[0, 128, 255, 0]]);
  assert.deepEqual(greys(outputOf('FP64', [1, 4], [0, 0.6, 1.01, 300])), [[0, 1, 1, 255]]);
  assert.deepEqual(greys(outputOf('FP32', [1, 3], [NaN, 1, -Infinity])), [[0, 255, 0]]);
  const half = outputOf('FP16', [1, 3], [0, 0.25, 1].map(toFloat16Bits));
  assert.deepEqual(greys(half), [[0, 64, 255]]);
});

test('one value over 1 in any row decides for all rows', () => {
  assert.deepEqual(greys(outputOf('FP32', [2, 1, 2], [0, 1, 0, 200], 2)), [
    [0, 1],
    [0, 200],
  ]);
});

test('whole numbers are taken as they are and cut, booleans are black and white', () => {
  assert.deepEqual(greys(outputOf('INT16', [1, 4], [-5, 0, 1, 400])), [[0, 0, 1, 255]]);
  assert.deepEqual(greys(outputOf('INT64', [1, 3], [0n, 1n, 2n ** 60n])), [[0, 1, 255]]);
  assert.deepEqual(greys(outputOf('BOOL', [1, 2], [0, 1])), [[0, 255]]);
});

test('a stated range decides what is black and white', () => {
  assert.deepEqual(greys(outputOf('FP32', [1, 5], [-1, 0, 1, 2, -2]), [-1, 1]), [[0, 128, 255, 255, 0]]);
  assert.deepEqual(greys(outputOf('UINT8', [1, 3], [0, 8, 16]), [0, 16]), [[0, 128, 255]]);
});

test('rows that do not fit are left out, and it is said', () => {
  const side = 1024;
  const { bytes, note } = writePng(
    outputOf('UINT8', [17, side, side], new Array<number>(17 * side * side).fill(7), 17),
    undefined,
  );
  assert.equal(readHeight(bytes as Uint8Array), 15 * side);
  assert.equal(note, 'shows the first 15 of 17 rows');
});

test('what is too large or has no rows makes no image', () => {
  assert.equal(
    writePng(outputOf('UINT8', [1, 16_385], new Array<number>(16_385).fill(0)), undefined).bytes,
    undefined,
  );
  const wide = outputOf('UINT8', [16_384, 1025], []);
  assert.match(writePng(wide, undefined).note ?? '', /an image of 1025 x 16384 is too large/);
  assert.equal(writePng(outputOf('UINT8', [0, 2, 2], [], 0), undefined).note, 'there are no rows');
  assert.match(
    writePng(outputOf('FP32', [2, 5, 2], new Array<number>(20).fill(0)), undefined).note ?? '',
    /no image/,
  );
});

test('any image of whole numbers keeps its pixels', () => {
  const anyImage = fc
    .record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) })
    .chain(({ height, width }) =>
      fc
        .array(fc.integer({ min: 0, max: 255 }), { minLength: height * width, maxLength: height * width })
        .map((values) => ({ height, width, values })),
    );
  fc.assert(
    fc.property(anyImage, ({ height, width, values }) => {
      assert.deepEqual(greys(outputOf('UINT8', [height, width], values)).flat(), values);
    }),
  );
});

const readHeight = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(20);
