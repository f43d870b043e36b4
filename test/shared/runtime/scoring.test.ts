import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Services } from '../../../shared/services.js';
import type { Datatype } from '../../../shared/tensors/datatypes.js';
import { expectRejection } from '../../support/expectFault.js';
import { modelsDirWith, type ModelSource } from '../../support/modelsDir.js';
import { consume, infer, scoreColumns } from '../../support/scoreCalls.js';
import { startServices } from '../../support/startServices.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const fixtures = [
  'add',
  'external-data',
  'fails-at-run',
  'fixed-batch',
  'image',
  'int64-identity',
  'matrix',
  'no-batch',
  'optional-input',
  'scalar-output',
  'types-identity',
  'zipmap-int',
  'zipmap-no-default-opset',
  'zipmap-string',
];

const file = fileCleanUp();
let services: Services;

before(async () => {
  const models: Record<string, ModelSource> = {
    'penguins/1.0.0': { shipped: 'penguins/1.0.0' },
    'penguins/2.0.0': { shipped: 'penguins/2.0.0' },
  };
  for (const name of fixtures) models[`${name}/1.0.0`] = { fixture: name };
  services = await startServices(file, modelsDirWith(file, models));
});

test('integers beyond 2^53 are exact both ways', async () => {
  const data = '[9007199254740993,-9007199254740993,9223372036854775807,-9223372036854775808,0]';
  const request = `{"inputs":[{"name":"x","datatype":"INT64","shape":[5],"data":${data}}]}`;
  assert.deepEqual(await infer(services, 'int64-identity', request), {
    y: [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 0],
  });
});

test('every datatype comes back from the runtime as it was sent', async () => {
  const sent: Record<string, [Datatype, string]> = {
    bool: ['BOOL', '[true,false]'],
    int8: ['INT8', '[-128,127]'],
    int16: ['INT16', '[-32768,32767]'],
    int32: ['INT32', '[-2147483648,2147483647]'],
    int64: ['INT64', '[-9223372036854775808,9223372036854775807]'],
    uint8: ['UINT8', '[0,255]'],
    uint16: ['UINT16', '[0,65535]'],
    uint32: ['UINT32', '[0,4294967295]'],
    uint64: ['UINT64', '[0,18446744073709551615]'],
    fp16: ['FP16', '[0.1,65504]'],
    fp32: ['FP32', '[0.1,-3.4028235e+38]'],
    fp64: ['FP64', '[0.1,5e-324]'],
    string: ['BYTES', '["","é\u{1f600}"]'],
  };
  const inputs = Object.entries(sent).map(
    ([name, [datatype, data]]) => `{"name":"${name}","datatype":"${datatype}","shape":[2],"data":${data}}`,
  );
  const body = new TextEncoder().encode(`{"inputs":[${inputs.join(',')}]}`);
  const result = await services.scorer.score({ model: 'types-identity', codec: 'openInference', body });
  const answer = new TextDecoder().decode(result.body);
  for (const [name, [datatype, data]] of Object.entries(sent)) {
    const expected = `{"name":"${name}_out","datatype":"${datatype}","shape":[2],"data":${data}}`;
    assert.ok(answer.includes(expected), `${expected} is not in ${answer}`);
  }
});

test('missing numbers pass through the runtime as NaN and come back as null', async () => {
  assert.deepEqual(await consume(services, 'matrix', { inputData: { f0: [null], f1: [1], f2: [2] } }), {
    outputData: { y: [[null, 2, 4]] },
  });
});

test('a ZipMap gives labels and a probability for each', async () => {
  for (const [name, labels] of [
    ['zipmap-int', ['3', '7']],
    ['zipmap-string', ['no', 'yes']],
    ['zipmap-no-default-opset', ['no', 'yes']],
  ] as const) {
    const answer = await consume(services, name, { f0: 1, f1: 2 });
    assert.deepEqual(
      Object.keys(answer),
      ['label', ...labels.map((label) => `probabilities.${label}`)],
      name,
    );
    assert.ok(labels.includes(String(answer.label) as never), name);
    const [first, second] = labels.map((label) => answer[`probabilities.${label}`] as number);
    assert.ok(Math.abs((first ?? 0) + (second ?? 0) - 1) < 1e-6, name);
  }
});

test('weights in a side file are found', async () => {
  const answer = await consume(services, 'external-data', { f0: 1, f1: 0, f2: 0, f3: 2 });
  assert.deepEqual(answer, { y: [15, 18] });
});

test('inputs of one tensor each, of rank 4, and with an initializer are scored', async () => {
  assert.deepEqual(await consume(services, 'add', { a: 1, b: 2.5 }), { sum: 3.5 });
  assert.deepEqual(
    await consume(services, 'image', {
      x: [
        [
          [1, 2],
          [3, 6],
        ],
      ],
    }),
    { mean: 3 },
  );
  assert.deepEqual(await consume(services, 'optional-input', { x: 5 }), { y: 15 });
});

test('a model of a fixed number of rows takes just these', async () => {
  assert.deepEqual(await consume(services, 'fixed-batch', { f0: 1, f1: 2 }), { y: [2, 4] });
  await expectRejection(consume(services, 'fixed-batch', { inputData: { f0: [1, 2], f1: [1, 2] } }), {
    code: 'SCORE_ERR_INPUT_SHAPE',
    message: 'exactly 1 rows at once, got 2',
  });
  assert.deepEqual(await consume(services, 'no-batch', { inputData: { f0: [1, 0], f1: [0, 1] } }), {
    outputData: {
      y: [
        [1, 2],
        [3, 4],
      ],
    },
  });
});

test('an output without rows is one value, and zero rows run', async () => {
  assert.deepEqual(await consume(services, 'scalar-output', { inputData: { x: [1, 2, 3] } }), {
    outputData: { y: 6 },
  });
  assert.deepEqual(await consume(services, 'add', { inputData: { a: [], b: [] } }), {
    outputData: { sum: [] },
  });
});

test('two versions live at once, and the newest is taken when none is named', async () => {
  const row = {
    island: 'Dream',
    sex: null,
    bill_length_mm: 45,
    bill_depth_mm: 17,
    flipper_length_mm: 195,
    body_mass_g: 3800,
  };
  const first = await consume(services, 'penguins', row, '1.0.0');
  const second = await consume(services, 'penguins', { ...row, year: 2008 }, '2.0.0');
  const newest = await consume(services, 'penguins', { ...row, year: 2008 });
  assert.notDeepEqual(second, first);
  assert.deepEqual(newest, second);
  assert.deepEqual(await consume(services, 'penguins', row, '1.0.0'), first);
  await expectRejection(consume(services, 'penguins', { ...row, year: 2008 }, '1.0.0'), {
    code: 'SCORE_ERR_INPUT_UNKNOWN',
    message: "'year'",
  });
});

test('a run that fails says why, without any place on this machine, and the next run works', async () => {
  const fault = await expectRejection(consume(services, 'fails-at-run', { x: 7 }), {
    code: 'SCORE_ERR_RUN_FAILED',
    message: 'idx=7 must be within the inclusive range [-3,2]',
  });
  assert.doesNotMatch(fault.message, /[\\/]|\.cc\b|onnxruntime/);
  assert.deepEqual(await consume(services, 'fails-at-run', { x: 1 }), { y: 20 });
});

test('a rejected input costs nothing and the next call works', async () => {
  await expectRejection(consume(services, 'add', { a: 'x', b: 1 }), { code: 'SCORE_ERR_INPUT_VALUE' });
  assert.deepEqual(await consume(services, 'add', { a: 1, b: 1 }), { sum: 2 });
});

test('the result names its model and what each stage took', async () => {
  const { plan, took, rows } = await scoreColumns(services, 'add', { inputData: { a: [1, 2], b: [1, 2] } });
  assert.deepEqual([plan.name, plan.version, rows], ['add', '1.0.0', 2]);
  assert.match(plan.sha256, /^[0-9a-f]{64}$/);
  for (const [stage, ms] of Object.entries(took)) assert.ok(ms >= 0 && Number.isFinite(ms), stage);
  assert.ok(took.run > 0 && took.decode > 0);
});

test('large bodies are handed over in both directions', async () => {
  const rows = 30_000;
  const column = Array.from({ length: rows }, (_, i) => i);
  const answer = await consume(services, 'add', { inputData: { a: column, b: column } });
  assert.deepEqual(
    (answer.outputData as { sum: number[] }).sum,
    column.map((value) => value * 2),
  );
});
