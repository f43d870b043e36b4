import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ChunkTask } from '../../../shared/batch/lane/chunkTask.js';
import { JobFailure } from '../../../shared/batch/jobFailure.js';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import type { Signature } from '../../../shared/models/signature.js';
import type { NamedTensors } from '../../../shared/protocols/codec.js';
import { runChunk } from '../../../shared/runtime/chunkRun.js';
import type { ModelRunner } from '../../../shared/runtime/modelRuns.js';
import {
  assertDone,
  chunkTask,
  csvSegment,
  errorRows,
  jsonLinesSegment,
  partRows,
  type NamedPlan,
} from '../../support/chunkTasks.js';
import { fc } from '../../support/property.js';
import { column, output, tensorSpec, tensorsOf } from '../../support/signatures.js';

const noPause = () => Promise.resolve();

function named(signature: Signature, name = 'm'): NamedPlan {
  const files = { dir: '', stamp: '', cutsZipMaps: false, externalData: [], intraOpThreads: 1 };
  return { name, version: '1', plan: { key: name, signature, ...files } };
}

/** `y` = 2 `x`, one value per row. */
const doubling = tensorsOf([tensorSpec('x', 'FP32', -1)]);

/** A model that doubles, keeps the inputs of its runs, and fails where `isPoisoned` says so. */
class Doubling implements ModelRunner {
  readonly runs: number[][] = [];
  readonly #isPoisoned: (value: number) => boolean;
  readonly #busyMs: number;

  constructor(isPoisoned: (value: number) => boolean = () => false, busyMs = 0) {
    this.#isPoisoned = isPoisoned;
    this.#busyMs = busyMs;
  }

  run({ x }: NamedTensors): Promise<NamedTensors> {
    assert.ok(x);
    const values = [...(x.data as Float32Array)];
    this.runs.push(values);
    for (const endMs = performance.now() + this.#busyMs; performance.now() < endMs;);
    if (values.some(this.#isPoisoned)) {
      return Promise.reject(new ScoringError('SCORE_ERR_RUN_FAILED', `poison ${'!'.repeat(400)}`));
    }
    return Promise.resolve({ y: { ...x, data: Float32Array.from(values, (value) => value * 2) } });
  }

  get runRows(): number[] {
    return this.runs.map((values) => values.length);
  }
}

const csvOf = (values: readonly unknown[]) => `x\n${values.map((value) => `${String(value)}\n`).join('')}`;
const count = (rows: number) => Array.from({ length: rows }, (_, i) => i);

function doublingTask(values: readonly unknown[], facts: Partial<ChunkTask> = {}): ChunkTask {
  return chunkTask([named(doubling)], [csvSegment(csvOf(values))], facts);
}

test('runs are counted from the start of the chunk, over its files, whatever time they take', async () => {
  const segments = [count(50), count(3), count(50)].map((values) => csvSegment(csvOf(values)));
  for (const busyMs of [0, 4]) {
    const model = new Doubling(undefined, busyMs);
    await runChunk(chunkTask([named(doubling)], segments, { runRows: 16 }), () => [model], noPause);
    assert.deepEqual(model.runRows, [16, 16, 16, 16, 16, 16, 7]);
    assert.deepEqual(model.runs[3]?.slice(0, 8), [48, 49, 0, 1, 2, 0, 1, 2]);
  }
});

test('a pause comes between long runs, and what it throws ends the work before the next run', async () => {
  const model = new Doubling(undefined, 11);
  const given = new Error('given up');
  const pause = () => (model.runs.length >= 2 ? Promise.reject(given) : Promise.resolve());
  await assert.rejects(
    runChunk(doublingTask(count(100), { runRows: 10 }), () => [model], pause),
    (error) => error === given,
  );
  assert.equal(model.runs.length, 2);
});

test('a run that fails is halved until the bad rows stand alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(199), { maxLength: 5 }),
      fc.integer({ min: 1, max: 200 }),
      async (poisoned, runRows) => {
        const model = new Doubling((value) => poisoned.includes(value));
        const { targets } = assertDone(
          await runChunk(doublingTask(count(200), { runRows }), () => [model], noPause),
        );
        const [target] = targets;
        assert.ok(target);
        assert.deepEqual(
          partRows(target),
          count(200)
            .filter((value) => !poisoned.includes(value))
            .map((value) => ({ y: value * 2 })),
        );
        assert.deepEqual(
          errorRows(target).map(({ record, code }) => [record, code]),
          poisoned.sort((a, b) => a - b).map((record) => [record, 'ROW_RUN_FAILED']),
        );
        for (const { message } of errorRows(target)) assert.equal(message.length, 300);
        // each bad row costs two runs per halving of its run, and the run itself
        const most = Math.ceil(200 / runRows) + poisoned.length * 2 * Math.ceil(Math.log2(runRows) + 1);
        assert.ok(model.runs.length <= most, `${model.runs.length} runs, at most ${most} are needed`);
      },
    ),
  );
});

test('rows whose arrays differ in length are not run together', async () => {
  const image = tensorsOf(
    [tensorSpec('x', 'FP32', -1, -1)],
    [column('x', 'vector')],
    [output(tensorSpec('y', 'FP32', -1))],
  );
  const shapes: (readonly number[])[] = [];
  const sums: ModelRunner = {
    run: ({ x }) => {
      assert.ok(x);
      shapes.push(x.shape);
      const rows = x.shape[0] as number;
      return Promise.resolve({ y: { datatype: 'FP32', shape: [rows], data: new Float32Array(rows) } });
    },
  };
  const segment = jsonLinesSegment([{ x: [1] }, { x: [1, 2] }, { x: [3, 4] }, { x: [1] }]);
  await runChunk(chunkTask([named(image)], [segment]), () => [sums], noPause);
  assert.deepEqual(shapes, [
    [1, 1],
    [2, 2],
    [1, 1],
  ]);
});

test('an output of unknown rank that turns out to have no rows is computed row by row', async () => {
  const summing = tensorsOf([tensorSpec('x', 'FP32', -1)], undefined, [output(tensorSpec('y', 'FP32'))]);
  const sums: ModelRunner = {
    run: ({ x }) => {
      const data = Float32Array.of((x?.data as Float32Array).reduce((sum, value) => sum + value, 0));
      return Promise.resolve({ y: { datatype: 'FP32', shape: [], data } });
    },
  };
  const { targets } = assertDone(
    await runChunk(chunkTask([named(summing)], [csvSegment(csvOf([3, 4, 5]))]), () => [sums], noPause),
  );
  assert.deepEqual(targets.map(partRows), [[{ y: 3 }, { y: 4 }, { y: 5 }]]);
});

test('a fixed number of rows is kept in every run, failing ones included', async () => {
  const byThree = tensorsOf([tensorSpec('x', 'FP32', 3)], undefined, [output(tensorSpec('y', 'FP32', 3))]);
  const model = new Doubling((value) => value === 4);
  const task = chunkTask([named(byThree)], [csvSegment(csvOf(count(7)))], { runRows: 4 });
  const { targets } = assertDone(await runChunk(task, () => [model], noPause));
  const [target] = targets;
  assert.ok(target);
  assert.deepEqual(
    partRows(target),
    [0, 1, 2, 3, 5, 6].map((value) => ({ y: value * 2 })),
  );
  assert.deepEqual(
    errorRows(target).map(({ record }) => record),
    [4],
  );
  assert.deepEqual([...new Set(model.runRows)], [3]);
  assert.deepEqual(model.runs[1], [3, 4, 5]);
  assert.deepEqual(model.runs.at(-1), [6, 6, 6]);
});

test('a fault that is no failed run ends the chunk', async () => {
  const broken: ModelRunner = { run: () => Promise.reject(new TypeError('a bug')) };
  await assert.rejects(
    runChunk(doublingTask([1]), () => [broken], noPause),
    TypeError,
  );
});

test('the digest is that of the bytes that the segments own', async () => {
  const text = 'x\n1\n2\n3\n4\n';
  // the chunk owns the records 2 and 3; its window reaches further
  const segment = csvSegment(text, { from: 4, to: 8 });
  const done = assertDone(
    await runChunk(chunkTask([named(doubling)], [segment]), () => [new Doubling()], noPause),
  );
  assert.equal(done.sha256, createHash('sha256').update('2\n3\n').digest('hex'));
  assert.deepEqual(done.targets.map(partRows), [[{ y: 4 }, { y: 6 }]]);
  assert.deepEqual(done.records, [2]);
});

test('the states behind a chunk come from its quotes', async () => {
  const one = assertDone(
    await runChunk(
      chunkTask([named(doubling)], [csvSegment('x,t\n1,a\n2,"b', { endsInput: true })]),
      () => [new Doubling()],
      noPause,
    ),
  );
  assert.deepEqual(one.ends, { o: 'q', q: 'o' });
});

test('a window that ends within a record asks for more', async () => {
  const bytes = Buffer.from('x\n1\n2');
  const cut = csvSegment('x\n1\n22\n', { bytes: new Uint8Array(bytes), to: 6, endsInput: false });
  const whole = csvSegment(csvOf([5]));
  const model = new Doubling();
  assert.deepEqual(await runChunk(chunkTask([named(doubling)], [whole, cut]), () => [model], noPause), {
    needsMore: 1,
  });
});

test('where reading has to stop, the rows before it stand and later files are not read', async () => {
  const unclosed = csvSegment('x,t\n1,a\n2,b\n3,"c\n4,d\n');
  const task = chunkTask([named(doubling)], [csvSegment('x,t\n9,z\n'), unclosed, csvSegment('x,t\n8,y\n')]);
  const done = assertDone(await runChunk(task, () => [new Doubling()], noPause));
  assert.deepEqual([done.stop?.code, done.stop?.segment], ['JOB_QUOTE_UNCLOSED', 1]);
  assert.deepEqual(done.records, [1, 2, 0]);
  assert.deepEqual(done.targets.map(partRows), [[{ y: 18 }, { y: 2 }, { y: 4 }]]);
});

test('a result over the limit ends the job', async () => {
  const wide = tensorsOf([tensorSpec('x', 'FP32', -1)], undefined, [output(tensorSpec('y', 'BYTES', -1))]);
  const text = 'a'.repeat(16 * 2 ** 20);
  const model: ModelRunner = {
    run: ({ x }) => {
      const rows = x?.shape[0] as number;
      return Promise.resolve({
        y: { datatype: 'BYTES', shape: [rows], data: new Array<string>(rows).fill(text) },
      });
    },
  };
  const task = chunkTask([named(wide)], [csvSegment(csvOf(count(40)))], { outputFormat: 'csv' });
  await assert.rejects(
    runChunk(task, () => [model], noPause),
    (error) => error instanceof JobFailure && error.code === 'JOB_RESULT_TOO_LARGE',
  );
});
