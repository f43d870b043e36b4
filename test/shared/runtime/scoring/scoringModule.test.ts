import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Services } from '../../../../shared/services.js';
import {
  assertDone,
  chunkTask,
  csvSegment,
  errorRows,
  jsonLinesSegment,
  partRows,
} from '../../../support/chunkTasks.js';
import { expectRejection } from '../../../support/expectFault.js';
import { modelsDirWith, type ModelSource } from '../../../support/modelsDir.js';
import { consume, infer } from '../../../support/scoreCalls.js';
import { scoredModel } from '../../../support/scoringModules.js';
import { startServices } from '../../../support/startServices.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let services: Services;

const identity = 'export const before = (columns) => columns; export const after = (outputs) => outputs;';

/** `add` behind a text and two columns of other types. */
const sums = scoredModel(
  'add',
  `export function before({ pair, twice, times }) {
     if (pair.includes('boom')) throw new Error('a pair went boom');
     const parts = pair.map((text) => text.split('+').map(Number));
     return { a: parts.map(([a], i) => a * (twice[i] ? 2 : 1)), b: parts.map(([, b], i) => b * Number(times[i])) };
   }
   export function after({ sum }, { pair, times }) {
     return {
       sum, text: sum.map((value, i) => pair[i] + '=' + value), isLarge: sum.map((value) => value > 10),
       exact: times.map((value) => BigInt(value) + 1n), share: sum.map((value) => [value / 100, 1 - value / 100]),
     };
   }`,
  {
    columns: [
      { name: 'pair', type: 'character' },
      { name: 'twice', type: 'logical', default: false },
      { name: 'times', type: 'integer', default: 1 },
    ],
    outputs: [
      { name: 'sum' },
      { name: 'text', type: 'character' },
      { name: 'isLarge', type: 'logical' },
      { name: 'exact', type: 'integer' },
      { name: 'share', type: 'numeric', labels: ['yes', 'no'] },
    ],
  },
);

const models: Readonly<Record<string, ModelSource>> = {
  'sums/1': sums,
  'types/1': { fixture: 'types-identity' },
  'types-through/1': scoredModel('types-identity', identity),
  'matrix/1': scoredModel('matrix', 'export const before = ({ f0, f1, f2 }) => ({ f0: f2, f1, f2: f0 });'),
  'image/1': scoredModel(
    'image',
    'export const before = async ({ x }) => ({ x: x.map(([[row]]) => [[row, row]]) });',
  ),
  'fixed/1': scoredModel(
    'fixed-batch',
    `export const before = ({ n }) => ({ f0: n, f1: n.map((value) => value + 1) });
     export const after = ({ y }) => ({ total: y.map(([a, b]) => a + b) });`,
    { columns: [{ name: 'n', type: 'integer' }], outputs: [{ name: 'total', type: 'integer' }] },
  ),
  'scalar/1': scoredModel('scalar-output', 'export const after = ({ y }) => ({ y: y + 1 });'),
  'scalar-rows/1': scoredModel(
    'scalar-output',
    'export const after = ({ y }, { x }) => ({ of: x.map(() => y) });',
    {
      outputs: [{ name: 'of', type: 'numeric' }],
    },
  ),
  'typed/1': scoredModel(
    'add',
    `export const before = ({ a }) => ({ a: Float32Array.from(a), b: new Int8Array(a.length) });
     export const after = async ({ sum }) => ({ sum: Float64Array.from(sum) });`,
    { columns: [{ name: 'a' }] },
  ),
};

before(async () => {
  services = await startServices(file, modelsDirWith(file, models));
});

const frame = async (model: string, columns: unknown) =>
  (await consume(services, model, { inputData: columns })).outputData;
const never = new AbortController().signal;

/** A chunk of the model over these records, in runs of 4 rows. */
async function scoreChunk(model: string, segment: Parameters<typeof chunkTask>[1][number]) {
  const plan = await services.catalog.plan(model);
  const task = chunkTask([{ name: model, version: '1', plan }], [segment], { runRows: 4 });
  const [target] = assertDone(await services.scorer.runChunk(task, never)).targets;
  assert.ok(target);
  return { rows: partRows(target), errors: errorRows(target) };
}

test('callers send and get what the module and model.json say, defaults included', async () => {
  assert.deepEqual(await consume(services, 'sums', { pair: '2+3' }), {
    ...{ sum: 5, text: '2+3=5', isLarge: false, exact: 2, 'share.yes': 0.05, 'share.no': 0.95 },
  });
  assert.deepEqual(await frame('sums', { pair: ['1+1', '4+5'], twice: [true, true], times: [1, 2] }), {
    sum: [3, 18],
    text: ['1+1=3', '4+5=18'],
    isLarge: [false, true],
    exact: [2, 3],
    'share.yes': [0.03, 0.18],
    'share.no': [0.97, 0.8200000000000001],
  });
});

test('the module gets no rows for none', async () => {
  const columns = { pair: [], twice: [], times: [] };
  const none = { sum: [], text: [], isLarge: [], exact: [], 'share.yes': [], 'share.no': [] };
  assert.deepEqual(await frame('sums', columns), none);
});

test('values that do not fit the columns are the fault of the caller, by the names that callers send', async () => {
  const refused = { code: 'SCORE_ERR_INPUT_VALUE', pointer: '/inputData/pair/0' } as const;
  await expectRejection(frame('sums', { pair: [5] }), refused);
  await expectRejection(frame('sums', { a: [1] }), {
    code: 'SCORE_ERR_INPUT_UNKNOWN',
    message: "the model has 'pair', 'twice', 'times'",
  });
});

test('tensors of the V2 protocol have the names and types of the service, exact beyond 2^53', async () => {
  const { signature } = await services.catalog.plan('sums');
  assert.deepEqual(
    [...signature.inputs, ...signature.outputs].map(({ name, datatype, shape }) => [
      name,
      datatype,
      ...shape,
    ]),
    [
      ...[
        ['pair', 'BYTES', -1],
        ['twice', 'BOOL', -1],
        ['times', 'INT64', -1],
      ],
      ...[
        ['sum', 'FP32', -1],
        ['text', 'BYTES', -1],
        ['isLarge', 'BOOL', -1],
      ],
      ...[
        ['exact', 'INT64', -1],
        ['share', 'FP64', -1, 2],
      ],
    ],
  );
  const request = (outputs: string) =>
    `{"inputs":[{"name":"pair","datatype":"BYTES","shape":[1],"data":["1+0"]},{"name":"twice","datatype":"BOOL","shape":[1],` +
    `"data":[false]},{"name":"times","datatype":"INT64","shape":[1],"data":[9007199254740993]}],"outputs":[${outputs}]}`;
  assert.deepEqual(await infer(services, 'sums', request('{"name":"exact"}')), {
    exact: [9007199254740994n],
  });
  const all = await infer(services, 'sums', request(''));
  assert.deepEqual(Object.keys(all), ['sum', 'text', 'isLarge', 'exact', 'share']);
});

test('tensors with different numbers of rows are refused', async () => {
  const tensor = (name: string, datatype: string, data: string) =>
    `{"name":"${name}","datatype":"${datatype}","shape":[${(JSON.parse(data) as unknown[]).length}],"data":${data}}`;
  const inputs = [
    tensor('pair', 'BYTES', '["1+1","1+2"]'),
    tensor('twice', 'BOOL', '[true]'),
    tensor('times', 'INT64', '[1,1]'),
  ];
  await expectRejection(infer(services, 'sums', `{"inputs":[${inputs.join(',')}]}`), {
    code: 'SCORE_ERR_INPUT_SHAPE',
    message: "input 'twice' has 1 rows, input 'pair' 2",
  });
});

test('a module that changes nothing changes nothing, for every datatype', async () => {
  const { signature } = await services.catalog.plan('types');
  const extremes: Readonly<Record<string, string>> = {
    ...{ BOOL: 'true,false,true', BYTES: '"","ä\\n","x"', UINT64: '0,1,18446744073709551615' },
    ...{
      INT64: '-9223372036854775808,9223372036854775807,9007199254740993',
      FP16: '65504,-0.00006103515625,null',
    },
    ...{ FP32: '3.4028234663852886e38,1e-45,null', FP64: '1.7976931348623157e308,5e-324,null' },
  };
  const inputs = signature.inputs.map(({ name, datatype }) => {
    const whole = datatype.startsWith('U') ? '0,1,255' : '-128,0,127';
    return `{"name":"${name}","datatype":"${datatype}","shape":[3],"data":[${extremes[datatype] ?? whole}]}`;
  });
  const request = `{"inputs":[${inputs.join(',')}]}`;
  assert.deepEqual(await infer(services, 'types-through', request), await infer(services, 'types', request));
});

test('the features of one tensor are columns of the module, and rows of several values are arrays', async () => {
  assert.deepEqual(await frame('matrix', { f0: [1, 4], f1: [2, 5], f2: [3, 6] }), {
    y: [
      [6, 4, 2],
      [12, 10, 8],
    ],
  });
  const pixels = [
    [
      [
        [1, 3],
        [100, 100],
      ],
    ],
  ];
  assert.deepEqual(await frame('image', { x: pixels }), { mean: [2] });
});

test('a promise is waited for, and typed arrays are arrays', async () => {
  assert.deepEqual(await frame('typed', { a: [1, 2.5] }), { sum: [1, 2.5] });
});

test('an output without rows comes and goes as one value', async () => {
  assert.deepEqual(await frame('scalar', { x: [1, 2] }), { y: 4 });
});

test('other outputs than the graph has need rows in the graph', async () => {
  assert.deepEqual(await frame('scalar-rows', { x: [5] }), { of: [5] });
  await expectRejection(frame('scalar-rows', { x: [5, 6] }), {
    code: 'SCORE_ERR_RUN_FAILED',
    message: "output 'y' has no value per row",
  });
  // a job takes the rows one by one
  const { rows, errors } = await scoreChunk('scalar-rows', csvSegment('x\n1\n2\n3\n'));
  assert.deepEqual([rows, errors], [[{ of: 1 }, { of: 2 }, { of: 3 }], []]);
});

test('a graph with a fixed number of rows takes so many through the module, and any number in a job', async () => {
  assert.deepEqual(await consume(services, 'fixed', { n: 3 }), { total: 14 });
  await expectRejection(frame('fixed', { n: [1, 2] }), {
    code: 'SCORE_ERR_INPUT_SHAPE',
    message: 'takes exactly 1 rows at once, got 2',
  });
  const { rows } = await scoreChunk('fixed', csvSegment('n\n1\n2\n3\n'));
  assert.deepEqual(rows, [{ total: 6 }, { total: 10 }, { total: 14 }]);
});

test('in a chunk a row at which the module throws costs one error row', async () => {
  const records = ['1+1', '2+2', 'boom', '3+3', '4+4', '5+5'].map((pair) => ({ pair }));
  const { rows, errors } = await scoreChunk('sums', jsonLinesSegment(records));
  assert.deepEqual(
    rows.map((row) => (row as { text: string }).text),
    ['1+1=2', '2+2=4', '3+3=6', '4+4=8', '5+5=10'],
  );
  const [error, ...more] = errors as { record: number; code: string; message: string }[];
  assert.deepEqual(more, []);
  assert.deepEqual([error?.record, error?.code], [2, 'ROW_RUN_FAILED']);
  assert.equal(error?.message, 'the scoring module failed in before: a pair went boom');
});
