import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../support/http.js';
import { scoredModel } from '../support/scoringModules.js';
import { fileCleanUp } from '../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batch/batchApp.js';

const file = fileCleanUp();
let app: BatchApp;

const flaky = `
  import { isMainThread } from 'node:worker_threads';
  export function init() { if (!isMainThread) throw new Error('the table is locked'); }
  export const after = (outputs) => outputs;`;
const typed = scoredModel(
  'add',
  `export const before = ({ id, isNew }) => ({ a: isNew.map(Number), b: id.map(() => 0) });
   export const after = ({ sum }, { id, isNew }) => ({ next: id.map((value) => BigInt(value) + 1n), old: isNew.map((is) => !is) });`,
  {
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'isNew', type: 'logical' },
    ],
    outputs: [
      { name: 'next', type: 'integer' },
      { name: 'old', type: 'logical' },
    ],
  },
);

before(async () => {
  app = await startBatchApp(file, {
    models: {
      'cars/1.0.0': { shipped: 'transmissionByCar/1.0.0' },
      'flaky/1.0.0': scoredModel('add', flaky),
      'typed/1.0.0': typed,
    },
  });
});

const api = (model: string, body: unknown) => send(`${app.url}/api/${model}/1.0.0`, { body });
const failed = (errorMessage: string) => ({
  ...{
    success: false,
    errorMessage,
    outputParameters: {},
    outputFiles: {},
    consoleOutput: '',
    changedFiles: [],
  },
});

test('a table that is loaded once stands before the graph, a label behind it; the first call alone is cold', async () => {
  const first = await api('cars', { car: 'Fiat 128' });
  const { answer, transmission, ...others } = jsonOf(first).outputParameters as Record<string, unknown>;
  assert.ok(typeof answer === 'number' && answer > 0.9, String(answer));
  assert.deepEqual([transmission, others], ['manual', {}]);
  assert.match(first.headers.get('server-timing') ?? '', /load;dur=[\d.]*[1-9].*, cold$/);
  const second = await api('cars', { inputData: { car: ['Fiat 128', 'Duster 360'] } });
  const { outputData } = jsonOf(second).outputParameters as { outputData: Record<string, unknown[]> };
  assert.deepEqual(outputData.transmission, ['manual', 'automatic']);
  assert.equal(outputData.answer?.[0], answer);
  assert.match(second.headers.get('server-timing') ?? '', /load;dur=0, run;dur=[\d.]+, encode;dur=[\d.]+$/);
  const { model_stats: stats } = jsonOf(await send(`${app.url}/v2/models/cars/stats`)) as {
    model_stats: { first_call: { load_ms: number }; warm: { count: number; load_ms: number } }[];
  };
  assert.ok((stats[0]?.first_call.load_ms ?? 0) > 0);
  assert.deepEqual([stats[0]?.warm.count, stats[0]?.warm.load_ms], [1, 0]);
  const lines = app.log.lines.filter((line) => line.includes('its scoring module is initialised'));
  assert.ok(lines.length >= 1 && lines.length <= 2, 'once per thread');
});

test('metadata and tensors of V2 are those of the service', async () => {
  const { inputs, outputs, columns } = jsonOf(await send(`${app.url}/v2/models/cars`));
  assert.deepEqual(inputs, [{ name: 'car', datatype: 'BYTES', shape: [-1] }]);
  assert.deepEqual(outputs, [
    { name: 'answer', datatype: 'FP32', shape: [-1, 1] },
    { name: 'transmission', datatype: 'BYTES', shape: [-1] },
  ]);
  assert.deepEqual(
    (columns as { name: string }[]).map(({ name }) => name),
    ['car'],
  );
  const body = {
    inputs: [{ name: 'car', datatype: 'BYTES', shape: [2], data: ['Fiat 128', 'Duster 360'] }],
    outputs: [{ name: 'transmission' }],
  };
  const answer = jsonOf(await send(`${app.url}/v2/models/cars/infer`, { body }));
  assert.deepEqual(answer.outputs, [
    { name: 'transmission', datatype: 'BYTES', shape: [2], data: ['manual', 'automatic'] },
  ]);
});

test('an exception in the module is a failed run, and the next call is answered', async () => {
  const unknown = await api('cars', { car: 'Trabant 601' });
  assert.deepEqual(
    jsonOf(unknown),
    failed("the scoring module failed in before: there is no car 'Trabant 601' in the table"),
  );
  const body = { inputs: [{ name: 'car', datatype: 'BYTES', shape: [1], data: ['Trabant 601'] }] };
  const { code } = jsonOf(await send(`${app.url}/v2/models/cars/infer`, { body }), 500);
  assert.equal(code, 'SCORE_ERR_RUN_FAILED');
  assert.equal(jsonOf(await api('cars', { car: 'Fiat 128' })).success, true);
});

test('an exception in init is a failed run, too; V2 says that the model cannot be used', async () => {
  const answer = jsonOf(await api('flaky', { a: 1, b: 2 }));
  assert.equal(answer.success, false);
  assert.match(
    String(answer.errorMessage),
    /^the scoring module failed in init: the table is locked \(scoring\.mjs:3\)$/,
  );
  const tensor = (name: string) => ({ name, datatype: 'FP32', shape: [1], data: [1] });
  const body = { inputs: [tensor('a'), tensor('b')] };
  const { code } = jsonOf(await send(`${app.url}/v2/models/flaky/infer`, { body }), 503);
  assert.equal(code, 'SCORE_ERR_MODEL_SCORING');
});

test('integers beyond 2^53 and booleans go through the module as they are', async () => {
  const answer = await api('typed', '{"id":9007199254740993,"isNew":true}');
  assert.match(answer.text, /"outputParameters":\{"next":9007199254740994,"old":false\}/);
});

test('a job goes through the module, and an unknown car costs its row', async () => {
  const records = 'car\nFiat 128\nTrabant 601\nDuster 360\n';
  const id = await app.client.submit('service=cars&join=car', 'text/csv', records);
  const { counts } = await app.client.completed(id);
  assert.deepEqual([counts.rows, counts.succeeded, counts.failed], [3, 2, 1]);
  const [header, ...lines] = (await app.client.text(id, 'results')).trimEnd().split('\n');
  assert.equal(header, 'car,answer,transmission');
  assert.deepEqual(
    lines.map((line) => line.replace(/,[\d.e-]+,/, ',')),
    ['Fiat 128,manual', 'Duster 360,automatic'],
  );
  const [error, ...more] = await app.client.errors(id);
  assert.deepEqual([error?.row, error?.code, more], [1, 'ROW_RUN_FAILED', []]);
  assert.match(await app.client.text(id, 'errors'), /there is no car 'Trabant 601' in the table/);
});

test('columns of any type are read from the cells of a file', async () => {
  const id = await app.client.submit('service=typed', 'text/csv', 'isNew,id\ntrue,9007199254740993\n0,5\n');
  await app.client.completed(id);
  assert.equal(await app.client.text(id, 'results'), 'next,old\n9007199254740994,false\n6,true\n');
});
