import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { csvText, InputError, MLServer, MLServerError } from '../../client/src/index.js';
import { startStubServer, type SeenRequest, type StubAnswer, type StubServer } from './stubServer.js';

const cars = {
  name: 'cars',
  version: '1.0.0',
  versionPublishedBy: 'anna',
  creationTime: '2017-10-05T22:49:33.7832679',
  runtimeType: 'Realtime',
  snapshotId: null,
  description: 'Cars',
  operationId: 'manualTransmission',
  inputParameterDefinitions: [
    { name: 'hp', type: 'numeric' },
    { name: 'wt', type: 'numeric' },
  ],
  outputParameterDefinitions: [{ name: 'answer', type: 'numeric' }],
  outputFileNames: ['answer.csv'],
};

const answered = {
  success: true,
  errorMessage: '',
  outputParameters: { answer: 0.5 },
  outputFiles: { 'answer.csv': 'aHAsd3Q=', 'image.png': null },
  consoleOutput: 'noted',
  changedFiles: [],
};

async function startServices(
  t: TestContext,
  services: readonly object[],
  other: (request: SeenRequest) => StubAnswer = () => ({ body: answered }),
): Promise<StubServer & { readonly server: MLServer }> {
  const stub = await startStubServer(t, (request) =>
    request.path.startsWith('/services') ? { body: services } : other(request),
  );
  return { ...stub, server: new MLServer(stub.url) };
}

const bodyOf = ({ body }: SeenRequest): unknown => JSON.parse(body.toString());

test('services are listed: all, the versions of one, one version', async (t) => {
  const { server, lines } = await startServices(t, [cars, { ...cars, version: '2.0.0' }]);
  assert.deepEqual(
    (await server.listServices()).map(({ version }) => version),
    ['1.0.0', '2.0.0'],
  );
  await server.listServices('cars');
  await server.listServices('cars', { version: '1.0.0' });
  assert.deepEqual(lines(), ['GET /services', 'GET /services/cars', 'GET /services/cars/1.0.0']);
});

test('a service is the last of its versions, or the one that is named', async (t) => {
  const { server } = await startServices(t, [cars, { ...cars, version: '2.0.0' }]);
  assert.equal((await server.getService('cars')).version, '2.0.0');
  assert.equal((await server.getService('cars', { version: '1.0.0' })).version, '1.0.0');
});

test('a server that answers one version as an object is understood, and missing members are empty', async (t) => {
  const { url } = await startStubServer(t, () => ({ body: { name: 'cars', version: '1' } }));
  const { metadata } = await new MLServer(url).getService('cars', { version: '1' });
  const { description, inputParameterDefinitions, outputParameterDefinitions } = metadata;
  assert.deepEqual([description, inputParameterDefinitions, outputParameterDefinitions], ['', [], []]);
});

test('a service that is not there, and an answer that is none, are errors', async (t) => {
  const { server } = await startServices(t, []);
  await assert.rejects(server.getService('cars'), { name: 'MLServerError', status: 404 });
  const { url } = await startStubServer(t, () => ({ body: [{ name: 'cars' }] }));
  await assert.rejects(new MLServer(url).listServices(), MLServerError);
});

test('a service is deleted by name and version', async (t) => {
  const { server, lines } = await startServices(t, []);
  assert.equal(await server.deleteService('cars', { version: '1.0.0' }), true);
  assert.deepEqual(lines(), ['DELETE /services/cars/1.0.0']);
});

test('a service scores by consume and by a method with the name of its operation', async (t) => {
  const { server, seen } = await startServices(t, [cars]);
  const svc = await server.getService<'manualTransmission'>('cars');
  for (const score of [svc.manualTransmission.bind(svc), svc.consume.bind(svc)]) {
    const response = await score({ hp: 110, wt: 2.62 });
    assert.equal(response.success, true);
    assert.equal(response.error, '');
    assert.equal(response.consoleOutput, 'noted');
    assert.deepEqual(response.outputs, { answer: 0.5 });
    assert.equal(response.output('answer'), 0.5);
    assert.equal(response.output('toString'), undefined);
    assert.deepEqual(bodyOf(seen.at(-1) as SeenRequest), { hp: 110, wt: 2.62 });
    assert.equal(seen.at(-1)?.path, '/api/cars/1.0.0');
    assert.equal(seen.at(-1)?.headers['content-type'], 'application/json');
  }
  // it works without its object too
  const { manualTransmission } = svc;
  assert.equal((await manualTransmission({ hp: 1, wt: 1 })).success, true);
});

for (const operationId of ['then', 'batch', 'consume', 'constructor', 'toString']) {
  test(`an operation called ${operationId} takes no method away`, async (t) => {
    const { server } = await startServices(t, [{ ...cars, operationId }]);
    const svc = await server.getService('cars');
    assert.ok(!('then' in svc));
    assert.equal(svc.batch([{}]).executionId, undefined);
    assert.equal((await svc.consume({ hp: 1 })).success, true);
    assert.equal(svc.capabilities().operationId, operationId);
  });
}

test('files of an answer are asked for and decoded', async (t) => {
  const { server, lines } = await startServices(t, [cars]);
  const svc = await server.getService('cars');
  const response = await svc.consume({ hp: 1 }, { outputFiles: ['answer.csv', 'a&b.png'] });
  await svc.consume({ hp: 1 }, { outputFiles: true });
  await svc.consume({ hp: 1 }, { outputFiles: false });
  assert.deepEqual(lines().slice(1), [
    'POST /api/cars/1.0.0?outputFiles=answer.csv,a%26b.png',
    'POST /api/cars/1.0.0?outputFiles=true',
    'POST /api/cars/1.0.0',
  ]);
  assert.equal(new TextDecoder().decode(response.artifact('answer.csv')), 'hp,wt');
  assert.equal(response.artifact('answer.csv', { decode: false }), 'aHAsd3Q=');
  assert.equal(response.artifact('image.png'), undefined);
  assert.equal(response.artifact('other.png'), undefined);
});

test('a run that failed is an answer, with its reason', async (t) => {
  const body = { success: false, errorMessage: 'index out of range', outputParameters: {}, outputFiles: {} };
  const { server } = await startServices(t, [cars], () => ({ body }));
  const { success, error, outputs, consoleOutput } = await (
    await server.getService('cars')
  ).consume({ hp: 1 });
  assert.deepEqual([success, error, outputs, consoleOutput], [false, 'index out of range', {}, '']);
});

test('an answer with nulls and lists is read as an empty one', async (t) => {
  const body = {
    success: true,
    errorMessage: null,
    outputParameters: null,
    outputFiles: [],
    consoleOutput: null,
  };
  const { server } = await startServices(t, [cars], () => ({ body }));
  const { error, outputs, artifacts, consoleOutput } = await (
    await server.getService('cars')
  ).consume({ hp: 1 });
  assert.deepEqual([error, outputs, artifacts, consoleOutput], ['', {}, {}, '']);
});

test('texts are sent as frames, with the columns that the service takes', async (t) => {
  const { server, seen } = await startServices(t, [cars]);
  await (await server.getService('cars')).consume(csvText('car;wt;hp\nMazda;2.62;110\n', { delimiter: ';' }));
  assert.deepEqual(bodyOf(seen.at(-1) as SeenRequest), { inputData: { hp: [110], wt: [2.62] } });
});

test('a service that takes frames is asked for their columns once', async (t) => {
  const inputParameterDefinitions = [{ name: 'inputData', type: 'data.frame' }];
  const column = (type: string) => ({ type: 'array', items: { type } });
  const properties = { zip: column('string'), area: column('number') };
  const InputParameters = { properties: { inputData: { type: 'object', properties } } };
  const { server, seen, lines } = await startServices(
    t,
    [{ ...cars, inputParameterDefinitions }],
    ({ path }) => ({
      body: path.endsWith('swagger.json') ? { definitions: { InputParameters } } : answered,
    }),
  );
  const svc = await server.getService('cars');
  await svc.consume('id,area,zip\n7,1.5,01\n');
  await svc.consume('area,zip\n1,02\n');
  assert.deepEqual(lines().slice(1), [
    'GET /api/cars/1.0.0/swagger.json',
    'POST /api/cars/1.0.0',
    'POST /api/cars/1.0.0',
  ]);
  assert.deepEqual(bodyOf(seen.at(-2) as SeenRequest), { inputData: { zip: ['01'], area: [1.5] } });
});

test('capabilities tell what the service is', async (t) => {
  const { server, url } = await startServices(t, [cars]);
  assert.deepEqual((await server.getService('cars')).capabilities(), {
    api: '/api/cars/1.0.0',
    name: 'cars',
    version: '1.0.0',
    publishedBy: 'anna',
    runtime: 'Realtime',
    description: 'Cars',
    creationTime: '2017-10-05T22:49:33.7832679',
    snapshotId: undefined,
    inputs: cars.inputParameterDefinitions,
    outputs: cars.outputParameterDefinitions,
    artifacts: ['answer.csv'],
    operationId: 'manualTransmission',
    swagger: `${url}/api/cars/1.0.0/swagger.json`,
  });
});

test('swagger gives the text of the document, untouched', async (t) => {
  const { server } = await startServices(t, [cars], () => ({ body: '{ "swagger": "2.0" }\n' }));
  assert.equal(await (await server.getService('cars')).swagger(), '{ "swagger": "2.0" }\n');
});

test('a batch needs inputs and a count of at least one', async (t) => {
  const { server } = await startServices(t, [cars, { ...cars, inputParameterDefinitions: [] }]);
  const svc = await server.getService('cars', { version: '1.0.0' });
  for (const count of [0, -1, 1.5, NaN]) assert.throws(() => svc.batch([{}], count), InputError);
  const without = await server.getService('cars');
  assert.throws(() => without.batch([{}]), /the service takes no inputs/);
});
