import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TensorRows } from '../../../../shared/batch/read/tensorRows.js';
import type { ColumnSpec, ColumnType, Signature } from '../../../../shared/models/signature.js';
import { decodeColumns } from '../../../../shared/protocols/columns/decodeColumns.js';
import { datatypeFacts, datatypes, type Datatype } from '../../../../shared/tensors/datatypes.js';
import { ScoringError } from '../../../../shared/errors/scoringError.js';
import { utf8 } from '../../../support/bytes.js';
import { expectFault } from '../../../support/expectFault.js';
import { fc } from '../../../support/property.js';
import { column, featuresOf, tensorsOf, tensorSpec } from '../../../support/signatures.js';

/** Rows of one cell each, set as texts. */
const texts = (rows: TensorRows, ...cells: readonly string[]) => {
  const problems = cells.map((cell, i) => {
    const bytes = utf8(`,${cell},`);
    const problem = rows.setText(i % 2, bytes, 1, bytes.length - 1);
    return problem;
  });
  return problems;
};

test('the columns of a feature tensor are interleaved, rows not committed are overwritten', () => {
  const rows = new TensorRows(featuresOf('FP32', column('hp'), column('wt')), 3);
  assert.deepEqual(texts(rows, '1', '2'), [undefined, undefined]);
  rows.commit();
  texts(rows, '8', '9');
  texts(rows, '3', '4');
  rows.commit();
  rows.setValue(0, 5);
  rows.setValue(1, 6);
  rows.commit();
  assert.equal(rows.count, 3);
  assert.deepEqual(rows.feeds(0, 3), {
    x: { datatype: 'FP32', shape: [3, 2], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
  });
  assert.deepEqual(rows.feeds(1, 2).x, { datatype: 'FP32', shape: [1, 2], data: new Float32Array([3, 4]) });
  rows.reset();
  texts(rows, '7', '8');
  rows.commit();
  assert.deepEqual(rows.feeds(0, 1).x?.data, new Float32Array([7, 8]));
});

test('each column of a model with a tensor each takes the shape of its tensor', () => {
  const signature = tensorsOf(
    [tensorSpec('age', 'INT64', -1), tensorSpec('town', 'BYTES', -1, 1), tensorSpec('v', 'FP32', -1, 2)],
    [column('v', 'vector'), column('town', 'character'), column('age', 'integer')],
  );
  const rows = new TensorRows(signature, 2);
  for (const cells of [
    ['[1,2]', ' a', '9007199254740993'],
    ['[3,4]', 'é', '-5'],
  ]) {
    for (const [at, cell] of cells.entries()) {
      const bytes = utf8(cell);
      assert.equal(rows.setText(at, bytes, 0, bytes.length), undefined);
    }
    rows.commit();
  }
  assert.deepEqual(rows.feeds(0, 2), {
    age: { datatype: 'INT64', shape: [2], data: new BigInt64Array([9007199254740993n, -5n]) },
    town: { datatype: 'BYTES', shape: [2, 1], data: [' a', 'é'] },
    v: { datatype: 'FP32', shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) },
  });
  assert.deepEqual(rows.feeds(1, 2).v?.data, new Float32Array([3, 4]));
});

test('a row over the capacity is a fault of the caller, not a lost row', () => {
  const rows = new TensorRows(featuresOf('FP32', column('a'), column('b')), 1);
  rows.commit();
  assert.throws(() => {
    rows.commit();
  }, RangeError);
});

test('a fixed batch is filled up with its last row', () => {
  const signature = tensorsOf(
    [tensorSpec('a', 'FP32', 4), tensorSpec('t', 'BYTES', 4, 1), tensorSpec('v', 'INT64', 4, -1)],
    [column('a'), column('t', 'character'), column('v', 'vector')],
  );
  const rows = new TensorRows(signature, 4);
  for (const [a, t, v] of [
    [1, 'x', [1, 2]],
    [2, 'y', [3, 4]],
  ] as const) {
    rows.setValue(0, a);
    rows.setValue(1, t);
    rows.setValue(2, v);
    rows.commit();
  }
  assert.deepEqual(rows.paddedFeeds(0, 2, 4), {
    a: { datatype: 'FP32', shape: [4], data: new Float32Array([1, 2, 2, 2]) },
    t: { datatype: 'BYTES', shape: [4, 1], data: ['x', 'y', 'y', 'y'] },
    v: { datatype: 'INT64', shape: [4, 2], data: new BigInt64Array([1n, 2n, 3n, 4n, 3n, 4n, 3n, 4n]) },
  });
  assert.deepEqual(rows.paddedFeeds(0, 2, 2), rows.feeds(0, 2));
});

test('rows whose open dimensions differ belong to different runs', () => {
  const signature = tensorsOf([tensorSpec('v', 'FP32', -1, -1)], [column('v', 'vector')]);
  const rows = new TensorRows(signature, 4);
  for (const value of [[1, 2], [3, 4], [5], [6]]) {
    assert.equal(rows.setValue(0, value), undefined);
    rows.commit();
  }
  assert.equal(rows.sameShapeUntil(0, 4), 2);
  assert.equal(rows.sameShapeUntil(0, 1), 1);
  assert.equal(rows.sameShapeUntil(2, 4), 4);
  assert.deepEqual(rows.feeds(2, 4).v, { datatype: 'FP32', shape: [2, 1], data: new Float32Array([5, 6]) });
  expectFault(() => rows.feeds(0, 4), { code: 'SCORE_ERR_RUN_FAILED', message: 'different lengths' });
});

test('a missing array in JSON text, and one that does not fit, break a named rule', () => {
  const rows = new TensorRows(tensorsOf([tensorSpec('v', 'FP32', -1, 2)], [column('v', 'vector')]), 1);
  const problemOf = (text: string) => {
    const bytes = utf8(text);
    return rows.setText(0, bytes, 0, bytes.length);
  };
  assert.match(problemOf('') ?? '', /^expected an array, got an empty cell/);
  assert.match(problemOf('1;2') ?? '', /^expected an array in JSON/);
  assert.equal(problemOf('[1]'), 'expected 2 values in dimension 1, got 1');
  assert.equal(problemOf('[1,"x"]'), 'expected a number, got a text');
  assert.equal(problemOf('null'), 'expected an array, got null, and the column is not nullable');
  assert.equal(problemOf('[1, null]'), undefined);
});

test('NaN of a Parquet file is a missing value', () => {
  const rows = new TensorRows(featuresOf('FP32', column('a'), column('b', 'numeric', { default: 7 })), 1);
  assert.equal(rows.setValue(0, NaN), 'expected a number, got null, and the column is not nullable');
  assert.equal(rows.setValue(0, undefined), 'expected a number, got nothing, and the column is not nullable');
  rows.setValue(0, 1);
  assert.equal(rows.setValue(1, NaN), undefined);
  rows.commit();
  assert.deepEqual(rows.feeds(0, 1).x?.data, new Float32Array([1, 7]));
});

const facts = fc.record(
  { nullable: fc.boolean(), default: fc.constantFrom<(number | string | boolean)[]>(3, -1, 2.5, 'd', true) },
  { requiredKeys: ['nullable'] },
);
const types = fc.constantFrom<ColumnType[]>('numeric', 'integer', 'character', 'logical');
const scalar = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    undefined,
    true,
    false,
    0,
    -0,
    1,
    255,
    256,
    1e39,
    65520,
    0.1,
    -129,
    2 ** 53,
  ),
  fc.constantFrom<unknown[]>(
    '',
    'text',
    'a\0b',
    '\ud800',
    '1',
    [1],
    {},
    2n ** 63n,
    2n ** 63n - 1n,
    2n ** 64n,
    10n ** 400n,
  ),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
);
const cell = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 2 }), {
      maxLength: 2,
    }),
  },
);
const anyDatatype = fc.constantFrom<Datatype[]>(...datatypes);
const feature = fc
  .tuple(anyDatatype, fc.array(fc.tuple(types, facts), { minLength: 1, maxLength: 4 }))
  .map(([datatype, columns]) =>
    featuresOf(
      datatype,
      ...columns.map(([type, fact], i) => column(`c${i}`, type, fact as Partial<ColumnSpec>)),
    ),
  );
const ranks = fc.constantFrom<number[][]>(
  [-1],
  [-1, 1],
  [-1, 1, 1],
  [-1, 2],
  [-1, -1],
  [-1, 1, 2],
  [-1, -1, 2],
  [-1, 2, -1],
);
const separate = fc
  .array(fc.tuple(anyDatatype, ranks, types, facts), { minLength: 1, maxLength: 3 })
  .map((inputs) =>
    tensorsOf(
      inputs.map(([datatype, shape], i) => tensorSpec(`c${i}`, datatype, ...shape)),
      inputs
        .map(([, shape, type, fact], i) => {
          const isVector = shape.slice(1).some((length) => length !== 1);
          return column(`c${i}`, isVector ? 'vector' : type, fact);
        })
        .reverse(),
    ),
  );

/** What the real-time path makes of one row: tensors, or the rule that is broken. */
function decoded(signature: Signature, cells: readonly unknown[]) {
  const columns = Object.fromEntries(signature.columns.map(({ name }, i) => [name, [cells[i]]]));
  try {
    return decodeColumns({ form: 'frame', columns, rowCount: 1, place: '' }, signature);
  } catch (error) {
    if (!(error instanceof ScoringError)) throw error;
    return error.message;
  }
}

test('rows of values make the tensors that the real-time path makes, or break the same rule', () => {
  const rowsOf = (signature: Signature) =>
    fc.array(fc.tuple(...signature.columns.map(() => cell)), { minLength: 1, maxLength: 5 });
  const drawn = fc
    .oneof(feature, separate)
    .chain((signature) => fc.tuple(fc.constant(signature), rowsOf(signature)));
  let good = 0;
  fc.assert(
    fc.property(drawn, ([signature, rows]) => {
      const sink = new TensorRows(signature, rows.length);
      for (const cells of rows) {
        const expected = decoded(signature, cells);
        const problems = cells
          .map((value, at) => sink.setValue(at, value))
          .filter((one) => one !== undefined);
        if (typeof expected === 'string') {
          const rule = expected.replace('got nothing', 'got null');
          const told = problems.map((problem) => problem.replace('got nothing', 'got null'));
          assert.ok(
            told.some((problem) => rule.endsWith(problem)),
            `${rule} is none of ${told.join()}`,
          );
        } else {
          assert.deepEqual(problems, []);
          sink.commit();
          assert.deepEqual(sink.feeds(sink.count - 1, sink.count), expected);
          good++;
        }
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(good > 300, `only ${good} rows were good`);
});

test('rows held together by their shape make the tensors that a frame of them makes', () => {
  const kinds = fc.constantFrom<Datatype[]>('FP32', 'INT64', 'UINT8', 'BYTES', 'FP16');
  const drawn = fc.tuple(
    kinds,
    fc.array(fc.array(fc.nat(255), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 8 }),
  );
  fc.assert(
    fc.property(drawn, ([datatype, rows]) => {
      const values = datatypeFacts(datatype).kind === 'text' ? rows.map((row) => row.map(String)) : rows;
      const signature = tensorsOf([tensorSpec('v', datatype, -1, -1)], [column('v', 'vector')]);
      const sink = new TensorRows(signature, rows.length);
      for (const row of values) {
        assert.equal(sink.setValue(0, row), undefined);
        sink.commit();
      }
      let runs = 0;
      for (let from = 0; from < sink.count; runs++) {
        const to = sink.sameShapeUntil(from, sink.count);
        const v = values.slice(from, to);
        const expected = decodeColumns(
          { form: 'frame', columns: { v }, rowCount: v.length, place: '' },
          signature,
        );
        assert.deepEqual(sink.feeds(from, to), expected);
        from = to;
      }
      const changes = rows.filter((row, i) => i > 0 && row.length !== rows[i - 1]?.length).length;
      assert.equal(runs, changes + 1);
    }),
  );
});
