import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { startBatchApp } from '../functions/batch/batchApp.js';
import { fixtureDir } from '../support/project.js';
import { fileCleanUp } from '../support/temporaryDir.js';
import { sendAsPython, type PythonRequest, type RawAnswer } from './pythonCall.js';
import { item, jsonOf, list, readResponse, readService, text } from './pythonReads.js';

const file = fileCleanUp();
let url = '';

const onnx = readFileSync(path.join(fixtureDir('add'), 'model.onnx'));
const otherOnnx = readFileSync(path.join(fixtureDir('matrix'), 'model.onnx'));
const rModel = Buffer.from('blob\0\0\0\u0001 what rx_serialize_model writes');

before(async () => {
  ({ url } = await startBatchApp(file, {
    models: { 'transmission/1.0.0': { shipped: 'transmission/1.0.0' } },
  }));
});

const call = (method: PythonRequest['method'], place: string, sent: Partial<PythonRequest> = {}) =>
  sendAsPython(url, { method, path: place, token: 'any while access is off', ...sent });

/**
 * `requests.post(data=..., files={'model': bytes})`: fields that are None are left out, the file is called like its part
 * and has no content type.
 */
function publish(
  method: 'POST' | 'PATCH',
  place: string,
  model: Buffer | undefined,
  fields: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const boundary = '2912f6461a031d9cc44a667f49d250f6';
  const disposition = (name: string, more = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
  const parts: Buffer[] = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`${disposition(name)}${value}\r\n`),
  );
  if (model) parts.push(Buffer.from(disposition('model', '; filename="model"')), model, Buffer.from('\r\n'));
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return call(method, place, { body, contentType: `multipart/form-data; boundary=${boundary}` });
}

/** The text of a refusal, in the member that each kind of client shows. */
function refusal({ body }: RawAnswer): string {
  return text(item(JSON.parse(body.toString()), 'message'));
}

test('deploy_realtime(name, version=v): 201 with a text, and get_service gives the service', async () => {
  const fields = { description: 'Adds', operationId: 'addUp' };
  const answer = await publish('POST', '/realtime-services/sum/v1.0', onnx, fields);
  assert.equal(answer.status, 201, answer.body.toString());
  assert.equal(text(jsonOf(answer)), 'v1.0');
  const [service] = list(jsonOf(await call('GET', '/services/sum/v1.0')));
  assert.equal(item(service, 'description'), 'Adds');
  const svc = readService(service);
  assert.deepEqual([svc.method, svc.args], ['addUp', ['a', 'b']]);
  const scored = await call('POST', svc.api, { body: '{"a": 1.0, "b": 2.0}' });
  assert.deepEqual(readResponse(jsonOf(scored), svc.outputs).outputs, { sum: 3 });
});

test('deploy_realtime(name): the server makes a version up, and it is the latest', async () => {
  const first = text(jsonOf(await publish('POST', '/realtime-services/made', onnx)));
  const second = text(jsonOf(await publish('POST', '/realtime-services/made', onnx)));
  const versions = list(jsonOf(await call('GET', '/services/made'))).map((one) => item(one, 'version'));
  assert.deepEqual(versions, [first, second]);
});

test('deploy_realtime of a version that exists: 409', async () => {
  assert.equal((await publish('POST', '/realtime-services/twice/1', onnx)).status, 201);
  const answer = await publish('POST', '/realtime-services/twice/1', otherOnnx);
  assert.equal(answer.status, 409);
  assert.match(refusal(answer), /twice/);
});

test('redeploy_realtime(name, version=v): 200 with a text for the same bytes, 409 for others', async () => {
  await publish('POST', '/realtime-services/again/1', onnx);
  const same = await publish('PATCH', '/realtime-services/again/1', onnx, { description: 'New' });
  assert.equal(same.status, 200, same.body.toString());
  assert.equal(text(jsonOf(same)), '1');
  const [service] = list(jsonOf(await call('GET', '/services/again/1')));
  assert.equal(item(service, 'description'), 'New');
  const other = await publish('PATCH', '/realtime-services/again/1', otherOnnx);
  assert.equal(other.status, 409);
  assert.match(refusal(other), /new version/);
  assert.equal((await publish('PATCH', '/realtime-services/again/2', onnx)).status, 404);
});

test('delete_service(name, version=v): 2xx, and then 404', async () => {
  await publish('POST', '/realtime-services/gone/1', onnx);
  jsonOf(await call('DELETE', '/services/gone/1'));
  assert.equal((await call('GET', '/services/gone/1')).status, 404);
  assert.deepEqual(jsonOf(await call('GET', '/services/gone')), []);
  assert.equal((await call('DELETE', '/services/gone/1')).status, 404);
});

test('delete_service of a model that came with the app: refused', async () => {
  assert.equal((await call('DELETE', '/services/transmission/1.0.0')).status, 409);
});

test('a model of rx_serialize_model is refused with the reason', async () => {
  const answer = await publish('POST', '/realtime-services/r/1', rModel);
  assert.equal(answer.status, 400);
  assert.match(refusal(answer), /R model.*ONNX/);
  assert.equal((await publish('PATCH', '/realtime-services/transmission/1.0.0', rModel)).status, 409);
});

const scripts: readonly (readonly [string, PythonRequest['method'], string, string])[] = [
  ['deploy_service begins with a session', 'POST', '/sessions', '{"runtimeType": "Python"}'],
  ['a script with a version', 'POST', '/services/x/1', '{"code": "y = x", "runtimeType": "Python"}'],
  ['a script without a version', 'POST', '/services/x', '{"code": "y = x", "runtimeType": "Python"}'],
  ['redeploy_service with code', 'PATCH', '/services/transmission/1.0.0', '{"code": "y = x"}'],
];

for (const [name, method, place, body] of scripts) {
  test(`scripts are refused with the reason: ${name}`, async () => {
    const answer = await call(method, place, { body });
    assert.equal(answer.status, 400);
    assert.match(refusal(answer), /ONNX/);
  });
}

test('redeploy_service(description=...): a text, and the service is described anew', async () => {
  // keys that are None are sent as null
  const body = '{"description": "Described anew", "code": null, "snapshotId": null, "outputFileNames": null}';
  const answer = await call('PATCH', '/services/transmission/1.0.0', { body });
  assert.equal(text(jsonOf(answer)), '1.0.0');
  const [service] = list(jsonOf(await call('GET', '/services/transmission/1.0.0')));
  assert.equal(item(service, 'description'), 'Described anew');
});
