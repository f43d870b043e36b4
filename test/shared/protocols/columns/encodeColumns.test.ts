import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutputSpec } from '../../../../shared/models/signature.js';
import { encodeColumns } from '../../../../shared/protocols/columns/encodeColumns.js';
import type { Tensor } from '../../../../shared/tensors/datatypes.js';
import { output, tensorsOf, tensorSpec } from '../../../support/signatures.js';

const fp32 = (shape: number[], ...data: number[]): Tensor => ({
  datatype: 'FP32',
  shape,
  data: new Float32Array(data),
});

/** The columns of the one output `y`, with the text of every row. */
function columnsOf(tensor: Tensor, rowCount: number, facts: Partial<OutputSpec> = {}) {
  const spec = output(tensorSpec('y', tensor.datatype, -1), facts);
  return encodeColumns({ y: tensor }, rowCount, tensorsOf([], [], [spec])).map(({ name, whole, cell }) => ({
    name,
    cells: Array.from({ length: whole ? 1 : rowCount }, (_, row) => cell(row)),
    ...(whole ? { whole } : {}),
  }));
}

test('one value per row is one column, whether the tensor is [N] or [N, 1]', () => {
  for (const shape of [[2], [2, 1], [2, 1, 1]]) {
    assert.deepEqual(columnsOf(fp32(shape, 1, 2), 2), [{ name: 'y', cells: ['1', '2'] }]);
  }
});

test('a wider row is written as nested arrays', () => {
  assert.deepEqual(columnsOf(fp32([2, 2], 1, 2, 3, 4), 2), [{ name: 'y', cells: ['[1,2]', '[3,4]'] }]);
  assert.deepEqual(columnsOf(fp32([1, 2, 2], 1, 2, 3, 4), 1), [{ name: 'y', cells: ['[[1,2],[3,4]]'] }]);
  assert.deepEqual(columnsOf(fp32([2, 0]), 2), [{ name: 'y', cells: ['[]', '[]'] }]);
});

test('labelled values become a column per label', () => {
  assert.deepEqual(columnsOf(fp32([2, 2], 1, 2, 3, 4), 2, { column: 'p', labels: ['no', 'yes'] }), [
    { name: 'p.no', cells: ['1', '3'] },
    { name: 'p.yes', cells: ['2', '4'] },
  ]);
});

test('labels that do not fit what the model gave are left aside', () => {
  const columns = columnsOf(fp32([1, 3], 1, 2, 3), 1, { labels: ['no', 'yes'] });
  assert.deepEqual(columns, [{ name: 'y', cells: ['[1,2,3]'] }]);
});

test('zero rows give columns without cells', () => {
  assert.deepEqual(columnsOf(fp32([0, 2]), 0, { labels: ['no', 'yes'] }), [
    { name: 'y.no', cells: [] },
    { name: 'y.yes', cells: [] },
  ]);
});

test('an output without a row dimension stands for the whole request', () => {
  assert.deepEqual(columnsOf(fp32([], 6), 3), [{ name: 'y', cells: ['6'], whole: true }]);
  assert.deepEqual(columnsOf(fp32([2], 6, 7), 3), [{ name: 'y', cells: ['[6,7]'], whole: true }]);
});
