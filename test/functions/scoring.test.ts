import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../support/http.js';
import { modelsDirWith } from '../support/modelsDir.js';
import { startApp } from '../support/startApp.js';
import { fileCleanUp } from '../support/temporaryDir.js';

const file = fileCleanUp();
let url = '';

before(async () => {
  const modelsDir = modelsDirWith(file, {
    'add/1.0.0': { fixture: 'add' },
    'ids/1.0.0': { fixture: 'int64-identity' },
    'penguins/1.0.0': { shipped: 'penguins/1.0.0' },
    'penguins/2.0.0': { shipped: 'penguins/2.0.0' },
    'broken/1.0.0': { fixture: 'unknown-operator' },
  });
  ({ url } = await startApp(file, modelsDir));
});

test('2^53 + 1 comes back through /v2 and /api as it was sent', async () => {
  const body =
    '{"inputs":[{"name":"x","datatype":"INT64","shape":[2],"data":[9007199254740993,-9007199254740993]}]}';
  assert.match(
    (await send(`${url}/v2/models/ids/infer`, { body })).text,
    /"data":\[9007199254740993,-9007199254740993\]/,
  );
  const values = await send(`${url}/api/ids/1.0.0`, { body: '{"x":9007199254740993}' });
  assert.match(values.text, /"outputParameters":\{"y":9007199254740993\}/);
});

test('an answer names its model and what each stage took, and the first one is cold', async () => {
  const call = () => send(`${url}/api/add/1.0.0`, { body: { a: 1, b: 2 } });
  const [first, second] = [await call(), await call()];
  const timing =
    /^queue;dur=[\d.e-]+, decode;dur=[\d.e-]+, load;dur=([\d.e-]+), run;dur=[\d.e-]+, encode;dur=[\d.e-]+(, cold)?$/;
  const [, firstLoad, firstCold] = timing.exec(first.headers.get('server-timing') ?? '') ?? [];
  assert.ok(Number(firstLoad) > 0);
  assert.equal(firstCold, ', cold');
  const [, secondLoad, secondCold] = timing.exec(second.headers.get('server-timing') ?? '') ?? [];
  assert.equal(secondLoad, '0');
  assert.equal(secondCold, undefined);
  for (const { headers } of [first, second]) {
    assert.equal(headers.get('x-warmstart-model'), 'add');
    assert.equal(headers.get('x-warmstart-version'), '1.0.0');
    assert.match(headers.get('x-warmstart-model-sha256') ?? '', /^[0-9a-f]{64}$/);
    assert.equal(headers.get('content-type'), 'application/json');
  }
});

test('the newest version answers where none is named', async () => {
  const infer = jsonOf(await send(`${url}/v2/models/penguins`));
  assert.deepEqual(infer.versions, ['1.0.0', '2.0.0']);
  assert.equal((infer.properties as { version: string }).version, '2.0.0');
});

test('server metadata and health are given', async () => {
  const { name, version, extensions } = jsonOf(await send(`${url}/v2`));
  assert.equal(name, 'warmstart');
  assert.match(String(version), /^\d+\.\d+\.\d+/);
  assert.ok(Array.isArray(extensions));
  assert.deepEqual(jsonOf(await send(`${url}/v2/health/live`)), { live: true });
  assert.deepEqual(jsonOf(await send(`${url}/v2/health/ready`)), { ready: true });
  for (const path of ['live', 'ready']) {
    const head = await send(`${url}/v2/health/${path}`, { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, '']);
  }
});

test('model metadata has name, versions, platform and tensors', async () => {
  const { name, versions, platform, inputs, outputs } = jsonOf(
    await send(`${url}/v2/models/add/versions/1.0.0`),
  );
  const tensor = (one: string) => ({ name: one, datatype: 'FP32', shape: [-1] });
  assert.deepEqual(
    { name, versions, platform, inputs, outputs },
    {
      name: 'add',
      versions: ['1.0.0'],
      platform: 'onnx_onnxv1',
      inputs: [tensor('a'), tensor('b')],
      outputs: [tensor('sum')],
    },
  );
});

test('a broken model is listed with its reason and is not ready', async () => {
  const ready = await send(`${url}/v2/models/broken/ready`);
  assert.deepEqual(jsonOf(ready, 503), { name: 'broken', ready: false });
  const { models, index } = jsonOf(await send(`${url}/v2/models`)) as {
    models: string[];
    index: { name: string; state: string; reason?: string; code?: string }[];
  };
  assert.deepEqual(models, ['add', 'broken', 'ids', 'penguins']);
  const entry = index.find(({ name }) => name === 'broken');
  assert.equal(entry?.state, 'UNAVAILABLE');
  assert.equal(entry.code, 'SCORE_ERR_MODEL_LOAD');
  assert.match(entry.reason ?? '', /Frobnicate/);
  assert.deepEqual(jsonOf(await send(`${url}/v2/models/add/ready`)), { name: 'add', ready: true });
});

test('statistics count rows, runs and failures per version', async () => {
  const statsOf = async (path: string) =>
    jsonOf(await send(`${url}/v2/models${path}/stats`)).model_stats as {
      name: string;
      version: string;
      inference_count: number;
      execution_count: number;
      inference_stats: { fail: { count: number }; success: { count: number; ns: number } };
    }[];
  const before = (await statsOf('/add'))[0];
  assert.ok(before);
  await send(`${url}/api/add/1.0.0`, { body: { inputData: { a: [1, 2, 3], b: [1, 2, 3] } } });
  await send(`${url}/api/add/1.0.0`, { body: { a: 'x', b: 1 } });
  const [after] = await statsOf('/add/versions/1.0.0');
  assert.ok(after);
  assert.equal(after.inference_count - before.inference_count, 3);
  assert.equal(after.execution_count - before.execution_count, 1);
  assert.equal(after.inference_stats.fail.count - before.inference_stats.fail.count, 1);
  assert.ok(after.inference_stats.success.ns > 0);
  assert.deepEqual(
    (await statsOf('/penguins')).map(({ version }) => version),
    ['1.0.0', '2.0.0'],
  );
  const all = (await statsOf('')).map(({ name, version }) => `${name} ${version}`);
  assert.deepEqual(all, ['add 1.0.0', 'broken 1.0.0', 'ids 1.0.0', 'penguins 1.0.0', 'penguins 2.0.0']);
});
