import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedTensors } from '../../../shared/protocols/codec.js';
import { filledRuns } from '../../../shared/runtime/filledRuns.js';
import type { Tensor } from '../../../shared/tensors/datatypes.js';
import { expectRejection } from '../../support/expectFault.js';
import { fc } from '../../support/property.js';

/** Doubles the rows of `x` and says each of `s` twice; takes exactly `runRows` rows. */
function doubling(runRows: number) {
  const seen: Tensor[] = [];
  const run = ({ x, s }: NamedTensors): Promise<NamedTensors> => {
    assert.ok(x && s);
    assert.deepEqual([x.shape, s.shape], [[runRows, 2], [runRows]]);
    seen.push(x);
    const doubled = Float32Array.from(x.data as Float32Array, (value) => 2 * value);
    const texts = (s.data as string[]).map((text) => text + text);
    return Promise.resolve({ y: { ...x, data: doubled }, t: { ...s, data: texts } });
  };
  return { seen, run };
}

const feedsOf = (values: readonly number[]) => ({
  x: {
    datatype: 'FP32' as const,
    shape: [values.length, 2],
    data: Float32Array.from(values.flatMap((value) => [value, -value])),
  },
  s: { datatype: 'BYTES' as const, shape: [values.length], data: values.map(String) },
});

test('any number of rows is scored as if the model took any number', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (values, runRows) => {
        const runner = doubling(runRows);
        const run = { feeds: feedsOf(values), fetches: ['y', 't'] };
        const { y, t } = await filledRuns(runner, run, values.length, runRows);
        assert.deepEqual(y?.shape, [values.length, 2]);
        assert.deepEqual(
          [...(y.data as Float32Array)],
          values.flatMap((value) => [2 * value, -2 * value]),
        );
        assert.deepEqual([t?.shape, t?.data], [[values.length], values.map((value) => `${value}${value}`)]);
        assert.equal(runner.seen.length, Math.max(1, Math.ceil(values.length / runRows)));
      },
    ),
  );
});

test('the last run is filled up with copies of its last row', async () => {
  const runner = doubling(2);
  await filledRuns(runner, { feeds: feedsOf([1, 2, 3]), fetches: ['y', 't'] }, 3, 2);
  assert.deepEqual(
    runner.seen.map(({ data }) => [...(data as Float32Array)]),
    [
      [1, -1, 2, -2],
      [3, -3, 3, -3],
    ],
  );
});

test('an output without rows is that of a single row, and of no more', async () => {
  const whole: Tensor = { datatype: 'FP32', shape: [], data: Float32Array.of(7) };
  const runner = { run: () => Promise.resolve({ y: whole }) };
  const one = await filledRuns(runner, { feeds: feedsOf([1]), fetches: ['y'] }, 1, 2);
  assert.deepEqual(one.y, whole);
  for (const values of [[], [1, 2, 3]]) {
    const many = filledRuns(runner, { feeds: feedsOf(values), fetches: ['y'] }, values.length, 2);
    await expectRejection(many, {
      code: 'SCORE_ERR_RUN_FAILED',
      message: "output 'y' has no value per row, and the model takes exactly 2 rows at once",
    });
  }
});
