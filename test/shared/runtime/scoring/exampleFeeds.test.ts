import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setExamples } from '../../../../shared/runtime/scoring/exampleFeeds.js';
import type { Tensor } from '../../../../shared/tensors/datatypes.js';
import { column, featuresOf, tensorsOf, tensorSpec } from '../../../support/signatures.js';

const tensor = (datatype: Tensor['datatype'], shape: number[], data: Tensor['data']): Tensor => ({
  ...{ datatype, shape, data },
});

test('columns take their example, else their default, in every row', () => {
  const signature = tensorsOf(
    [
      tensorSpec('car', 'BYTES', -1),
      tensorSpec('id', 'INT64', -1),
      tensorSpec('isNew', 'FP32', -1),
      tensorSpec('x', 'FP32', -1),
    ],
    [
      column('car', 'character', { example: 'Fiat 128', default: 'none' }),
      column('id', 'integer', { default: 7, example: null }),
      column('isNew', 'logical', { example: true }),
      column('x'),
    ],
  );
  const feeds = {
    car: tensor('BYTES', [2], ['', '']),
    id: tensor('INT64', [2], new BigInt64Array(2)),
    isNew: tensor('FP32', [2], new Float32Array(2)),
    x: tensor('FP32', [2], new Float32Array(2)),
  };
  setExamples(feeds, signature);
  assert.deepEqual(
    Object.values(feeds).map(({ data }) => [...data]),
    [
      ['Fiat 128', 'Fiat 128'],
      [7n, 7n],
      [1, 1],
      [0, 0],
    ],
  );
});

test('the features of one tensor take theirs, and one that does not fit stays zero', () => {
  const signature = featuresOf(
    'FP32',
    column('a', 'numeric', { example: 1 }),
    column('b'),
    column('c', 'numeric', { example: 'c' }),
  );
  const x = tensor('FP32', [2, 3], new Float32Array(6));
  setExamples({ x }, signature);
  assert.deepEqual([...x.data], [1, 0, 0, 1, 0, 0]);
});
