import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { listAll } from '../../../shared/storage/blobStore.js';
import { jsonOf, send } from '../../support/http.js';
import { onnxFloats, onnxIntegers, onnxModel, onnxNode, onnxValue } from '../../support/onnxBytes.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from '../batch/batchApp.js';
import { besides, fixtureFile, modelPart, publish, shippedFile, type FormFile } from './publishCalls.js';

const file = fileCleanUp();
let app: BatchApp;

before(async () => {
  app = await startBatchApp(file, { models: { 'transmission/1.0.0': { shipped: 'transmission/1.0.0' } } });
});

/** 100 GB of FP32. */
const declared = 25_000_000_000;
const io = { inputs: [onnxValue('x', [-1, 1])], outputs: [onnxValue('y', [-1, 1])] };
const addition = [onnxNode('Add', ['x', 'w'], ['y'])];

interface Hostile {
  readonly what: string;
  readonly files: readonly FormFile[];
  readonly message: RegExp;
}

const fixture = (name: string) => [modelPart(fixtureFile(name))];
const whole = shippedFile('transmission/1.0.0');

const hostile: readonly Hostile[] = [
  { what: 'no byte', files: [modelPart('')], message: /^SCORE_ERR_MODEL_FILE_INVALID: .*it is empty/ },
  { what: 'half a model', files: fixture('truncated'), message: /^SCORE_ERR_MODEL_FILE_INVALID: / },
  {
    what: 'a model without its last byte',
    files: [modelPart(whole.subarray(0, -1))],
    message: /^SCORE_ERR_MODEL_FILE_INVALID: /,
  },
  { what: 'random bytes', files: fixture('random-bytes'), message: /^SCORE_ERR_MODEL_FILE_INVALID: / },
  {
    what: 'external data outside of the folder',
    files: fixture('external-escape'),
    message: /^SCORE_ERR_MODEL_EXTERNAL_DATA: .*lies outside/,
  },
  {
    what: 'external data that was not sent',
    files: fixture('external-data'),
    message: /^SCORE_ERR_MODEL_EXTERNAL_DATA: .*'weights.bin' is missing/,
  },
  {
    what: 'external data that is too short',
    files: [modelPart(fixtureFile('external-data')), besides('weights.bin', 'x')],
    message: /^SCORE_ERR_MODEL_LOAD: /,
  },
  {
    what: 'a chain of 3,000 local functions',
    files: fixture('deep-functions'),
    message: /^SCORE_ERR_MODEL_CHECK: .*ended the process \(SIGSEGV\)/,
  },
  {
    what: 'an endless loop',
    files: fixture('endless-loop'),
    message: /^SCORE_ERR_MODEL_CHECK: .*did not come back within 14.25 s/,
  },
  {
    what: 'a declared initializer of 100 GB',
    files: [
      modelPart(
        onnxModel({ ...io, nodes: addition, initializers: [onnxFloats('w', [declared], new Uint8Array(4))] }),
      ),
    ],
    message: /^SCORE_ERR_MODEL_LOAD: /,
  },
  {
    what: 'an input of 100 GB',
    files: [
      modelPart(
        onnxModel({
          ...io,
          inputs: [onnxValue('x', [1, declared])],
          nodes: [onnxNode('ReduceSum', ['x'], ['y'])],
        }),
      ),
    ],
    message: /^SCORE_ERR_MODEL_SIGNATURE: .*25000000000 values/,
  },
  {
    what: 'a constant of 100 GB that is made at run time',
    files: [
      modelPart(
        onnxModel({
          ...io,
          nodes: [
            onnxNode('ConstantOfShape', ['s'], ['w']),
            onnxNode('ReduceSum', ['w'], ['r']),
            onnxNode('Add', ['x', 'r'], ['y']),
          ],
          initializers: [onnxIntegers('s', [declared])],
        }),
      ),
    ],
    message: /^SCORE_ERR_MODEL_(?:CHECK|LOAD): /,
  },
  { what: 'an unknown operator', files: fixture('unknown-operator'), message: /^SCORE_ERR_MODEL_LOAD: / },
  {
    what: 'an operator set of the future',
    files: fixture('future-opset'),
    message: /^SCORE_ERR_MODEL_LOAD: /,
  },
  {
    what: 'facts that do not fit',
    files: [modelPart(fixtureFile('add')), besides('model.json', '{"columns": [{"name": "q"}]}')],
    message: /^SCORE_ERR_MODEL_COLUMNS: /,
  },
  {
    what: 'facts that are no JSON',
    files: [modelPart(fixtureFile('add')), besides('model.json', '{')],
    message: /^SCORE_ERR_MODEL_JSON: /,
  },
];

for (const { what, files, message } of hostile) {
  test(`a model with ${what} is refused with the reason, and nothing of it is seen`, async () => {
    const begunMs = performance.now();
    const answer = await publish(app.url, 'hostile/1.0.0', files);
    const tookMs = performance.now() - begunMs;
    const { errorCode, detail } = jsonOf(answer, 400);
    assert.equal(errorCode, 'SCORE_ERR_PUBLISH_REFUSED', String(detail));
    assert.match(String(detail), message);
    assert.ok(!/[\\/]/.test(String(detail).replace('/1.0.0', '')), String(detail));
    assert.ok(tookMs < 15_000, `${tookMs} ms`);
    const blobs: string[] = [];
    for await (const { name } of listAll(app.store, 'models', '')) blobs.push(name);
    assert.deepEqual(blobs, []);
    assert.equal((await send(`${app.url}/v2/models/hostile`)).status, 404);
  });
}

test('after all of them the app serves as before', async () => {
  const scored = await send(`${app.url}/api/transmission/1.0.0`, { body: { hp: 120, wt: 2.8 } });
  assert.equal(scored.status, 200, scored.text);
  const answer = await publish(app.url, 'good/1.0.0', [modelPart(fixtureFile('add'))]);
  assert.equal(answer.status, 201, answer.text);
});
