import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { MLServer } from '../../client/src/index.js';
import { startBatchApp } from '../functions/batch/batchApp.js';
import { fixtureDir, shippedModelsDir } from '../support/project.js';
import { fileCleanUp, temporaryDir } from '../support/temporaryDir.js';
import { docsBlocks } from './docsExample.js';

const file = fileCleanUp();
let url = '';
let server: MLServer;

const add = path.join(fixtureDir('add'), 'model.onnx');

before(async () => {
  ({ url } = await startBatchApp(file, {
    models: { 'transmission/1.0.0': { shipped: 'transmission/1.0.0' } },
  }));
  server = new MLServer(url, { auth: { username: 'anna', password: 'any while access is off' } });
});

test('a model is published, scores, is described anew and deleted', async () => {
  const facts = { description: 'Adds', operationId: 'addUp' };
  const svc = await server.deployRealtime<'addUp'>('sum', { version: '1.0.0', model: add, ...facts });
  assert.equal((await svc.addUp({ a: 1, b: 2 })).output('sum'), 3);
  assert.equal(svc.capabilities().description, 'Adds');

  const again = await server.redeployRealtime('sum', { version: '1.0.0', description: 'Adds two numbers' });
  assert.equal(again.capabilities().description, 'Adds two numbers');
  await assert.rejects(server.deployRealtime('sum', { version: '1.0.0', model: add }), { status: 409 });

  assert.equal(await server.deleteService('sum', { version: '1.0.0' }), true);
  await assert.rejects(server.getService('sum'), { status: 404 });
});

test('a model without a version gets one, and its model.json counts', async () => {
  const modelJson = { description: 'Of the file', columns: [{ name: 'a', default: 1 }, { name: 'b' }] };
  const files = { 'model.json': new Blob([JSON.stringify(modelJson)]) };
  const svc = await server.deployRealtime('made', { model: readFileSync(add), files });
  assert.match(svc.version, /^[0-9a-f-]{36}$/);
  assert.equal(svc.capabilities().description, 'Of the file');
  assert.equal((await svc.consume({ b: 2 })).output('sum'), 3);
});

test('a model that is none is refused with the reason', async () => {
  const model = new Blob(['blob of another product']);
  await assert.rejects(server.deployRealtime('other', { version: '1', model }), {
    status: 400,
    code: 'SCORE_ERR_SERVICE_SCRIPT',
  });
  await assert.rejects(server.getService('other'), { status: 404 });
});

test('a model of more than 60 MiB goes by links and is served', async () => {
  const dir = fixtureDir('external-data');
  const weights = readFileSync(path.join(dir, 'weights.bin'));
  // the graph names the bytes that it takes: what follows them is only large
  const padded = new Blob([weights, new Uint8Array(61 * 2 ** 20)]);
  const model = path.join(dir, 'model.onnx');
  const svc = await server.deployRealtime('large', { version: '1', model, files: { 'weights.bin': padded } });
  assert.equal(svc.version, '1');
  // each column of the weights counts from 1 to 8 in steps of 2
  const { outputs } = await svc.consume([
    { f0: 1, f1: 0, f2: 0, f3: 0 },
    { f0: 1, f1: 1, f2: 1, f3: 1 },
  ]);
  assert.deepEqual(outputs, {
    outputData: {
      y: [
        [1, 2],
        [16, 20],
      ],
    },
  });
});

test('the curl of docs/machine-learning-server.md publishes a model', async (t) => {
  const folder = temporaryDir(t);
  cpSync(path.join(shippedModelsDir, 'transmission', '1.0.0'), folder, { recursive: true });
  const [command = ''] = docsBlocks('machine-learning-server.md', 'bash');
  const here = command.replace('http://127.0.0.1:7071', url);
  const env = { ...process.env, TOKEN: 'any while access is off' };
  const { stdout } = await promisify(execFile)('sh', ['-c', here], { cwd: folder, env });
  assert.equal(stdout, docsBlocks('machine-learning-server.md', 'json')[0]?.trim());
  const svc = await server.getService<'manualTransmission'>('cars');
  assert.equal((await svc.manualTransmission({ hp: 120, wt: 2.8 })).success, true);
});
