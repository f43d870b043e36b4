import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArtifactSource } from '../../../shared/artifacts/artifactSource.js';
import { mostVariants, occlude, type Occlusion } from '../../../shared/artifacts/occlude.js';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { writeExplanation } from '../../../shared/artifacts/writeExplanation.js';
import type { ColumnSpec, OutputSpec, Signature, TensorSpec } from '../../../shared/models/signature.js';
import type { NamedTensors } from '../../../shared/protocols/codec.js';
import { datatypeFacts, type Datatype, type Tensor } from '../../../shared/tensors/datatypes.js';
import { column, featuresOf, output, tensorsOf, tensorSpec } from '../../support/signatures.js';

const fp32 = (shape: readonly number[], ...values: number[]): Tensor => ({
  datatype: 'FP32',
  shape,
  data: new Float32Array(values),
});

/** A call of a model with features, whose output has one value per row. */
function call(
  columns: readonly ColumnSpec[],
  rows: readonly (readonly number[])[],
  outputs?: readonly OutputSpec[],
): ArtifactSource {
  const signature: Signature = { ...featuresOf('FP32', ...columns), ...(outputs && { outputs }) };
  return {
    signature,
    rowCount: rows.length,
    feeds: { x: fp32([rows.length, columns.length], ...rows.flat()) },
    outputs: { y: fp32([rows.length], ...rows.map(() => 0)) },
  };
}

function planned(source: ArtifactSource): Occlusion {
  const occlusion = occlude(source);
  if (typeof occlusion === 'string') return assert.fail(occlusion);
  return occlusion;
}

/** Why a call cannot be explained. */
function refusalOf(source: ArtifactSource): string {
  const reason = occlude(source);
  return typeof reason === 'string' ? reason : assert.fail('it can be explained');
}

/** The baseline of the one column of a tensor. */
function baselineOf(
  datatype: Datatype,
  facts: Partial<ColumnSpec>,
  shape: readonly number[] = [-1],
): unknown {
  const inputs: TensorSpec[] = [{ name: 'c', datatype, shape }];
  const signature = tensorsOf(inputs, [column('c', facts.type, facts)]);
  const count = shape.slice(1).reduce((product, length) => product * length, 1);
  const data = datatypeFacts(datatype).allocate(count);
  const source = {
    signature,
    rowCount: 1,
    feeds: { c: { datatype, shape: [1, ...shape.slice(1)], data } },
    outputs: { y: fp32([1], 0) },
  };
  return JSON.parse(planned(source).baselines[0]?.json ?? '');
}

test('the baseline is the default, else the middle of the range, else the first category, else nothing', () => {
  const range = [2, 7] as const;
  const categories = [5, 6];
  assert.equal(baselineOf('FP32', { default: 1.5, range, categories }), 1.5);
  assert.equal(baselineOf('FP32', { range, categories }), 4.5);
  assert.equal(baselineOf('INT64', { type: 'integer', range, categories }), 5);
  assert.equal(baselineOf('FP64', { categories }), 5);
  assert.equal(baselineOf('FP64', {}), 0);
  assert.equal(baselineOf('BYTES', { type: 'character', categories: ['b', 'a'] }), 'b');
  assert.equal(baselineOf('BYTES', { type: 'character' }), '');
  assert.equal(baselineOf('BOOL', { type: 'logical' }), false);
  assert.equal(baselineOf('BOOL', { type: 'logical', default: true }), true);
  assert.equal(baselineOf('FP32', { type: 'logical', default: true }), 1);
  assert.equal(baselineOf('FP32', { type: 'vector' }, [-1, 3]), 0);
});

test('a baseline that the input does not take is passed over', () => {
  assert.equal(baselineOf('UINT8', { type: 'integer', range: [-10, -4], categories: [9] }), 9);
  assert.equal(baselineOf('FP32', { categories: ['a'] }), 0);
  assert.equal(baselineOf('FP64', { range: [-1.7e308, 1.7e308] }), 0);
  assert.equal(baselineOf('FP16', { range: [1e30, 1e31] }), 0);
});

test('each explained row has a variant per column, in which that column has its baseline', () => {
  const { run, rows } = planned(
    call(
      [column('a', 'numeric', { default: 10 }), column('b', 'numeric', { range: [0, 40] })],
      [
        [1, 2],
        [3, 4],
      ],
    ),
  );
  assert.equal(rows, 2);
  assert.deepEqual(run.feeds.x, fp32([4, 2], 10, 2, 1, 20, 10, 4, 3, 20));
  assert.deepEqual(run.fetches, ['y']);
});

test('columns that are tensors are occluded as a whole, the others are repeated', () => {
  const signature = tensorsOf(
    [tensorSpec('v', 'INT8', -1, 2), tensorSpec('t', 'BYTES', -1)],
    [column('t', 'character', { categories: ['k'] }), column('v', 'vector')],
  );
  const { run } = planned({
    signature,
    rowCount: 1,
    feeds: {
      v: { datatype: 'INT8', shape: [1, 2], data: new Int8Array([5, 6]) },
      t: { datatype: 'BYTES', shape: [1], data: ['z'] },
    },
    outputs: { y: fp32([1], 0) },
  });
  assert.deepEqual(run.feeds.v, { datatype: 'INT8', shape: [2, 2], data: new Int8Array([5, 6, 0, 0]) });
  assert.deepEqual(run.feeds.t, { datatype: 'BYTES', shape: [2], data: ['k', 'z'] });
});

test('of many rows and columns the first ones are explained', () => {
  const columns = Array.from({ length: 3 }, (_, i) => column(`c${i}`));
  const many = planned(
    call(
      columns,
      Array.from({ length: 500 }, () => [1, 2, 3]),
    ),
  );
  assert.deepEqual([many.rows, many.run.feeds.x?.shape], [333, [999, 3]]);
  const wide = Array.from({ length: mostVariants + 1 }, (_, i) => column(`c${i}`));
  const one = planned(call(wide, [wide.map(() => 1)]));
  assert.deepEqual([one.rows, one.baselines.length], [1, mostVariants]);
});

test('what cannot be explained says why', () => {
  const of = (
    inputs: readonly TensorSpec[],
    outputs: readonly OutputSpec[],
    results: NamedTensors,
  ): ArtifactSource => ({
    signature: tensorsOf(inputs, undefined, outputs),
    rowCount: 2,
    feeds: { x: fp32([2], 1, 2) },
    outputs: results,
  });
  const free = [tensorSpec('x', 'FP32', -1)];
  const perRow = [output(tensorSpec('y', 'FP32', -1))];
  assert.equal(
    refusalOf(of([tensorSpec('x', 'FP32', 2)], perRow, { y: fp32([2], 1, 2) })),
    'the model takes exactly 2 rows at once',
  );
  assert.equal(
    refusalOf(
      of(free, [...perRow, output(tensorSpec('sum', 'FP32', 1))], { y: fp32([2], 1, 2), sum: fp32([1], 3) }),
    ),
    "output 'sum' stands for all rows of a call",
  );
  const wide = output(tensorSpec('y', 'FP32', -1, 1001));
  assert.equal(
    refusalOf(of(free, [wide], { y: fp32([2, 1001], ...new Array<number>(2002).fill(0)) })),
    'no output has 1 to 1000 numbers per row',
  );
  const text = output(tensorSpec('y', 'BYTES', -1));
  assert.match(
    refusalOf(of(free, [text], { y: { datatype: 'BYTES', shape: [2], data: ['a', 'b'] } })),
    /no output/,
  );
  assert.match(refusalOf(of(free, [output(tensorSpec('y', 'FP32'))], { y: fp32([], 3) })), /no output/);
  assert.equal(refusalOf(call([column('a')], [])), 'there are no rows');
});

test('an explanation has the change of every number, in the form of the answer', () => {
  const outputs = [
    output(tensorSpec('y', 'FP32', -1)),
    output(tensorSpec('p', 'FP64', -1, 2), { labels: ['no', 'yes'] }),
    output(tensorSpec('n', 'INT64', -1, 2)),
    output(tensorSpec('name', 'BYTES', -1)),
  ];
  const source: ArtifactSource = {
    ...call([column('a', 'numeric', { default: 7 })], [[1]], outputs),
    outputs: {
      y: fp32([1], 0.6),
      p: { datatype: 'FP64', shape: [1, 2], data: new Float64Array([0.25, NaN]) },
      n: { datatype: 'INT64', shape: [1, 2], data: new BigInt64Array([-(2n ** 62n), 0n]) },
      name: { datatype: 'BYTES', shape: [1], data: ['q'] },
    },
  };
  const occlusion = planned(source);
  assert.deepEqual(occlusion.run.fetches, ['y', 'p', 'n']);
  const changed: NamedTensors = {
    y: fp32([1], 0.5),
    p: { datatype: 'FP64', shape: [1, 2], data: new Float64Array([0.5, 1]) },
    n: { datatype: 'INT64', shape: [1, 2], data: new BigInt64Array([2n ** 62n, 0n]) },
  };
  const text = new TextDecoder().decode(writeExplanation(source, { occlusion, outputs: changed }).bytes);
  assert.match(text, /"n":\[9223372036854775808,0\]/);
  assert.deepEqual(JSON.parse(text), {
    method: 'occlusion',
    change: 'output with the column at its baseline, minus output',
    rows: 1,
    explainedRows: 1,
    columns: 1,
    explainedColumns: 1,
    baselines: { a: 7 },
    changes: [{ row: 0, columns: { a: { y: -0.100000024, 'p.no': 0.25, 'p.yes': null, n: [2 ** 63, 0] } } }],
  });
});

test('a run that failed or that lacks rows costs the explanation alone', () => {
  const source = call([column('a')], [[1]]);
  const occlusion = planned(source);
  const failed = new ScoringError('SCORE_ERR_RUN_FAILED', 'the model failed: index');
  const note = (outputs?: NamedTensors | ScoringError) =>
    writeExplanation(source, { occlusion, ...(outputs && { outputs }) }).note;
  assert.equal(note(failed), 'with columns at their baselines the model failed: index');
  assert.equal(note({ y: fp32([2], 1, 2) }), 'an output has not one value per row');
  assert.equal(note(), 'the model was not run for it');
  assert.equal(writeExplanation(source, { occlusion: 'why' }).note, 'why');
});
