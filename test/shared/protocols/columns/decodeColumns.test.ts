import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signature } from '../../../../shared/models/signature.js';
import { decodeColumns } from '../../../../shared/protocols/columns/decodeColumns.js';
import type { JsonObject } from '../../../../shared/protocols/jsonObject.js';
import type { Datatype } from '../../../../shared/tensors/datatypes.js';
import { expectFault, type ExpectedFault } from '../../../support/expectFault.js';
import { column, featuresOf, tensorsOf, tensorSpec } from '../../../support/signatures.js';

const frame = (columns: Record<string, unknown[]>, signature: Signature) => {
  const rowCount = Object.values(columns)[0]?.length ?? 0;
  return decodeColumns({ form: 'frame', columns, rowCount, place: '/inputData' }, signature);
};
const values = (columns: JsonObject, signature: Signature) =>
  decodeColumns({ form: 'values', columns, rowCount: 1, place: '' }, signature);

const single = (datatype: Datatype, ...shape: number[]) => {
  const type = shape.slice(1).every((length) => length === 1) ? 'numeric' : 'vector';
  return tensorsOf([tensorSpec('x', datatype, ...shape)], [column('x', type)]);
};
const refusesFrame = (columns: Record<string, unknown[]>, signature: Signature, expected: ExpectedFault) =>
  expectFault(() => frame(columns, signature), expected);

const features = featuresOf('FP32', column('hp'), column('wt'));
const tensors = tensorsOf(
  [tensorSpec('age', 'INT64', -1), tensorSpec('town', 'BYTES', -1, 1)],
  [column('age', 'integer'), column('town', 'character')],
);

test('columns of a feature tensor are interleaved in the order of the model', () => {
  assert.deepEqual(frame({ wt: [2, 4], hp: [1, 3] }, features), {
    x: { datatype: 'FP32', shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) },
  });
  assert.deepEqual(values({ wt: 2, hp: 1 }, features), {
    x: { datatype: 'FP32', shape: [1, 2], data: new Float32Array([1, 2]) },
  });
});

test('columns of a model with a tensor each take the shape of their tensor', () => {
  assert.deepEqual(frame({ age: [1, 2n ** 60n], town: ['a', 'b'] }, tensors), {
    age: { datatype: 'INT64', shape: [2], data: new BigInt64Array([1n, 2n ** 60n]) },
    town: { datatype: 'BYTES', shape: [2, 1], data: ['a', 'b'] },
  });
});

test('a frame of zero rows gives tensors of zero rows', () => {
  assert.deepEqual(frame({ hp: [], wt: [] }, features).x?.shape, [0, 2]);
  assert.deepEqual(frame({ age: [], town: [] }, tensors).town, {
    datatype: 'BYTES',
    shape: [0, 1],
    data: [],
  });
});

test('rows that are arrays fill the dimensions behind the batch', () => {
  const image = single('FP32', -1, 1, 2, 2);
  assert.deepEqual(
    frame(
      {
        x: [
          [
            [
              [1, 2],
              [3, 4],
            ],
          ],
          [
            [
              [5, 6],
              [7, 8],
            ],
          ],
        ],
      },
      image,
    ).x,
    {
      datatype: 'FP32',
      shape: [2, 1, 2, 2],
      data: new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]),
    },
  );
  assert.deepEqual(
    values(
      {
        x: [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      },
      image,
    ).x?.shape,
    [1, 1, 2, 2],
  );
});

test('an open dimension takes its length from the first row', () => {
  assert.deepEqual(
    frame(
      {
        x: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      single('FP32', -1, -1),
    ).x?.shape,
    [2, 3],
  );
  refusesFrame(
    {
      x: [
        [1, 2, 3],
        [4, 5],
      ],
    },
    single('FP32', -1, -1),
    {
      code: 'SCORE_ERR_INPUT_SHAPE',
      pointer: '/inputData/x/1',
      row: 1,
      message: 'expected 3 values in dimension 1, got 2',
    },
  );
});

test('a missing column and a missing value take the default', () => {
  const signature = featuresOf('FP32', column('hp', 'numeric', { default: 7 }), column('wt'));
  assert.deepEqual(frame({ wt: [1, 2] }, signature).x?.data, new Float32Array([7, 1, 7, 2]));
  assert.deepEqual(frame({ hp: [null, 5], wt: [1, 2] }, signature).x?.data, new Float32Array([7, 1, 5, 2]));
  assert.deepEqual(values({ wt: 1 }, signature).x?.data, new Float32Array([7, 1]));
});

test('null in a nullable column is NaN or the empty text', () => {
  const signature = tensorsOf(
    [tensorSpec('age', 'FP32', -1), tensorSpec('town', 'BYTES', -1)],
    [column('age', 'numeric', { nullable: true }), column('town', 'character', { nullable: true })],
  );
  const feeds = frame({ age: [null, 1], town: ['a', null] }, signature);
  assert.deepEqual(feeds.age?.data, new Float32Array([NaN, 1]));
  assert.deepEqual(feeds.town?.data, ['a', '']);
});

test('null in a column that is not nullable is named with its row', () => {
  refusesFrame({ hp: [1, 2], wt: [1, null] }, features, {
    code: 'SCORE_ERR_INPUT_VALUE',
    pointer: '/inputData/wt/1',
    row: 1,
    message: "input 'wt', row 1: expected a number, got null, and the column is not nullable",
  });
  refusesFrame({ age: [1], town: [null] }, tensors, {
    code: 'SCORE_ERR_INPUT_VALUE',
    pointer: '/inputData/town/0',
    message: 'expected a text, got null',
  });
  expectFault(() => values({ hp: null, wt: 1 }, features), {
    code: 'SCORE_ERR_INPUT_VALUE',
    pointer: '/hp',
    row: 0,
  });
});

test('a missing column without default is named, even when it is nullable', () => {
  refusesFrame({ hp: [1] }, features, {
    code: 'SCORE_ERR_INPUT_MISSING',
    pointer: '/inputData',
    message: "column 'wt' is missing: expected a number per row",
  });
  const nullable = featuresOf('FP32', column('hp'), column('wt', 'numeric', { nullable: true }));
  expectFault(() => values({ hp: 1 }, nullable), { code: 'SCORE_ERR_INPUT_MISSING', pointer: '' });
});

test('an unknown column is named with those that the model has', () => {
  refusesFrame({ hp: [1], wt: [1], WT: [1] }, features, {
    code: 'SCORE_ERR_INPUT_UNKNOWN',
    pointer: '/inputData/WT',
    message: "no column 'WT': the model has 'hp', 'wt'",
  });
  refusesFrame({ 'a/b~c': [1] }, features, {
    code: 'SCORE_ERR_INPUT_UNKNOWN',
    pointer: '/inputData/a~1b~0c',
  });
  const fault = refusesFrame({ '\ud800': [1] }, features, { code: 'SCORE_ERR_INPUT_UNKNOWN' });
  assert.ok(fault.message.isWellFormed());
});

test('columns of different length are named', () => {
  refusesFrame({ hp: [1, 2], wt: [1] }, features, {
    code: 'SCORE_ERR_INPUT_SHAPE',
    pointer: '/inputData/wt',
    message: 'expected 2 rows as in the first column, got 1',
  });
});

test('a column of a frame that is no array is named', () => {
  const source = { form: 'frame', rowCount: 1, place: '/inputData' } as const;
  expectFault(() => decodeColumns({ ...source, columns: { hp: [1], wt: 2 } }, features), {
    code: 'SCORE_ERR_INPUT_SHAPE',
    pointer: '/inputData/wt',
    message: 'got a number',
  });
});

test('a text where a number belongs is named with row and types', () => {
  refusesFrame({ hp: [1, 'fast'], wt: [1, 2] }, features, {
    code: 'SCORE_ERR_INPUT_VALUE',
    pointer: '/inputData/hp/1',
    row: 1,
    message: "input 'hp', row 1: expected a number, got a text",
  });
  expectFault(() => values({ age: 'old', town: 'x' }, tensors), {
    code: 'SCORE_ERR_INPUT_VALUE',
    pointer: '/age',
    message: 'expected a whole number, got a text',
  });
});

test('a wrong value inside a row that is an array keeps its place in both forms', () => {
  const image = single('FP32', -1, 1, 2, 2);
  const code = 'SCORE_ERR_INPUT_VALUE';
  refusesFrame(
    {
      x: [
        [
          [
            [1, 2],
            [3, 'x'],
          ],
        ],
      ],
    },
    image,
    { code, pointer: '/inputData/x/0/0/1/1', row: 0 },
  );
  expectFault(
    () =>
      values(
        {
          x: [
            [
              [1, 2],
              [3, 'x'],
            ],
          ],
        },
        image,
      ),
    { code, pointer: '/x/0/1/1', row: 0 },
  );
});

test('an array where a row is one value is refused, whatever shape the tensor has', () => {
  for (const shape of [[-1], [-1, 1], [-1, 1, 1]]) {
    refusesFrame({ x: [1, [2]] }, single('FP32', ...shape), {
      code: 'SCORE_ERR_INPUT_VALUE',
      pointer: '/inputData/x/1',
      row: 1,
      message: 'expected a number, got an array',
    });
    assert.deepEqual(frame({ x: [1, 2] }, single('FP32', ...shape)).x?.shape, [2, ...shape.slice(1)]);
  }
});

test('true and false are 1 and 0 in a logical column of numbers only', () => {
  const logical = featuresOf('FP32', column('hp', 'logical'), column('wt'));
  assert.deepEqual(values({ hp: true, wt: 1 }, logical).x?.data, new Float32Array([1, 1]));
  assert.deepEqual(values({ hp: 0, wt: 1 }, logical).x?.data, new Float32Array([0, 1]));
  expectFault(() => values({ hp: 1, wt: true }, logical), { code: 'SCORE_ERR_INPUT_VALUE', pointer: '/wt' });
});

test('a model of a fixed batch names the number of rows that it takes', () => {
  refusesFrame(
    {
      x: [
        [1, 2],
        [3, 4],
      ],
    },
    single('FP32', 1, 2),
    {
      code: 'SCORE_ERR_INPUT_SHAPE',
      pointer: '/inputData',
      message: 'exactly 1 rows at once, got 2',
    },
  );
  assert.deepEqual(frame({ x: [[1, 2]] }, single('FP32', 1, 2)).x?.shape, [1, 2]);
});

test('an input without dimensions takes one value and one row', () => {
  assert.deepEqual(values({ x: 5 }, single('FP32')).x, {
    datatype: 'FP32',
    shape: [],
    data: new Float32Array([5]),
  });
  refusesFrame({ x: [1, 2] }, single('FP32'), { code: 'SCORE_ERR_INPUT_SHAPE' });
});

test('columns with the names of object members are ordinary columns', () => {
  const signature = featuresOf('FP32', column('constructor'), column('toString'));
  assert.deepEqual(values({ constructor: 1, toString: 2 }, signature).x?.data, new Float32Array([1, 2]));
  expectFault(() => values({}, signature), { code: 'SCORE_ERR_INPUT_MISSING', message: "'constructor'" });
});
