import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { InputError, MLServer } from '../../client/src/index.js';
import { temporaryDir } from '../support/temporaryDir.js';
import { startStubServer, type SeenRequest, type StubAnswer, type StubServer } from './stubServer.js';

async function startPublishing(
  t: TestContext,
  answer: (request: SeenRequest, url: string) => StubAnswer = () => ({ status: 201, body: '"2.0.0"' }),
): Promise<StubServer & { readonly server: MLServer }> {
  let url = '';
  const stub = await startStubServer(t, (request) =>
    request.path.startsWith('/services/')
      ? { body: [{ name: 'cars', version: '2.0.0' }] }
      : answer(request, url),
  );
  ({ url } = stub);
  return { ...stub, server: new MLServer(url) };
}

/** The parts of a form: name, file name, content. */
function partsOf({ headers, body }: SeenRequest): readonly (readonly string[])[] {
  const [, boundary = ''] = /boundary=(\S+)$/.exec(headers['content-type'] ?? '') ?? [];
  const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1);
  return parts.map((part) => {
    const [head = '', content = ''] = part.split('\r\n\r\n');
    const names = [...head.matchAll(/name="([^"]*)"/g)].map(([, name = '']) => name);
    return [...names, content.slice(0, -2)];
  });
}

test('a model goes as a form with its files, whatever they are given as', async (t) => {
  const { server, seen, lines } = await startPublishing(t);
  const file = path.join(temporaryDir(t), 'any name.onnx');
  writeFileSync(file, 'graph');
  const facts = { description: 'Cars', operationId: 'score' };
  const files = {
    'model.json': new Blob(['{}']),
    'weights.bin': new Uint8Array(Buffer.from('..abc')).subarray(2),
  };
  const svc = await server.deployRealtime('cars', { version: '2.0.0', model: file, files, ...facts });
  assert.equal(svc.version, '2.0.0');
  assert.deepEqual(lines(), ['POST /realtime-services/cars/2.0.0', 'GET /services/cars/2.0.0']);
  const [publish] = seen as [SeenRequest];
  assert.deepEqual(partsOf(publish), [
    ['description', 'Cars'],
    ['operationId', 'score'],
    ['model', 'model.onnx', 'graph'],
    ['files', 'model.json', '{}'],
    ['files', 'weights.bin', 'abc'],
  ]);
  // servers behind the Functions host see no body without it
  assert.equal(Number(publish.headers['content-length']), publish.body.length);
  assert.equal(publish.headers['transfer-encoding'], undefined);
});

test('a model without a version gets one from the server', async (t) => {
  const { server, lines } = await startPublishing(t);
  const svc = await server.deployRealtime('cars', { model: new Blob(['graph']) });
  assert.equal(svc.version, '2.0.0');
  assert.deepEqual(lines(), ['POST /realtime-services/cars', 'GET /services/cars/2.0.0']);
});

test('a version is described anew without its model', async (t) => {
  const { server, seen } = await startPublishing(t, () => ({ body: '"2.0.0"' }));
  await server.redeployRealtime('cars', { version: '2.0.0', description: 'New' });
  assert.equal(seen[0]?.method, 'PATCH');
  assert.deepEqual(partsOf(seen[0]), [['description', 'New']]);
});

test('files over 60 MiB together go to storage by links, without the credentials of the server', async (t) => {
  const { url, seen, lines } = await startPublishing(t, ({ method, body }, address) => {
    if (method === 'PUT') return { status: 201 };
    const { fileName, uploads } = JSON.parse(body.toString()) as { fileName?: string; uploads?: string[] };
    if (fileName === undefined) return { status: 201, body: JSON.stringify(uploads?.join()) };
    const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' };
    return {
      status: 201,
      body: { uploadId: `id of ${fileName}`, url: `${address}/blob/${fileName}?sig=s`, headers },
    };
  });
  const server = new MLServer(url, { auth: { token: 'secret' } });
  const weights = new Uint8Array(60 * 2 ** 20).fill(7);
  const files = { 'weights.bin': weights };
  await server.deployRealtime('cars', {
    version: '2.0.0',
    model: new Blob(['graph']),
    files,
    description: 'Cars',
  });
  assert.deepEqual(lines(), [
    'POST /uploads',
    'PUT /blob/model.onnx?sig=s',
    'POST /uploads',
    'PUT /blob/weights.bin?sig=s',
    'POST /realtime-services/cars/2.0.0',
    'GET /services/cars/id%20of%20model.onnx%2Cid%20of%20weights.bin',
  ]);
  assert.deepEqual(JSON.parse(seen[0]?.body.toString() ?? ''), { kind: 'model', fileName: 'model.onnx' });
  assert.deepEqual(JSON.parse(seen[4]?.body.toString() ?? ''), {
    description: 'Cars',
    uploads: ['id of model.onnx', 'id of weights.bin'],
  });
  const [put, putWeights] = [seen[1], seen[3]] as [SeenRequest, SeenRequest];
  assert.equal(put.headers.authorization, undefined);
  assert.equal(put.headers['x-ms-blob-type'], 'BlockBlob');
  assert.equal(put.headers['content-type'], 'application/octet-stream');
  assert.equal(put.headers['content-length'], '5');
  assert.ok(putWeights.body.equals(weights));
});

test('storage that refuses a file, and a server that gives no link, are errors', async (t) => {
  const weights = { 'weights.bin': new Blob([new Uint8Array(60 * 2 ** 20)]) };
  const model = new Blob(['graph']);
  const refusing = await startPublishing(t, ({ method }, url) =>
    method === 'PUT'
      ? { status: 403, body: '<Error/>' }
      : { body: { uploadId: 'u', url: `${url}/blob?sig=secret` } },
  );
  await assert.rejects(refusing.server.deployRealtime('cars', { model, files: weights }), {
    status: 403,
    // the link is a secret
    message: 'PUT /blob was answered with status 403',
  });
  const { server } = await startPublishing(t, () => ({ body: {} }));
  await assert.rejects(server.deployRealtime('cars', { model, files: weights }), /without a link/);
});

test('what cannot be published is refused before anything is sent', async (t) => {
  const { server, lines } = await startPublishing(t);
  const model = new Blob(['graph']);
  await assert.rejects(server.deployRealtime('cars', { model, files: { 'model.onnx': model } }), InputError);
  await assert.rejects(server.deployRealtime('cars', { model: path.join(temporaryDir(t), 'none.onnx') }));
  assert.deepEqual(lines(), []);
});

test('a publish that is refused tells why', async (t) => {
  const body = { message: 'the version exists already', errorCode: 'SCORE_ERR_SERVICE_EXISTS', code: 409 };
  const { server } = await startPublishing(t, () => ({ status: 409, body }));
  await assert.rejects(server.deployRealtime('cars', { version: '1', model: new Blob(['x']) }), {
    status: 409,
    code: 'SCORE_ERR_SERVICE_EXISTS',
  });
});
