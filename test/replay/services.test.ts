import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { startBatchApp } from '../functions/batch/batchApp.js';
import { fileCleanUp } from '../support/temporaryDir.js';
import { sendAsPython, type PythonRequest, type RawAnswer } from './pythonCall.js';
import {
  dictionary,
  item,
  jsonOf,
  list,
  readResponse,
  readService,
  text,
  type PythonService,
} from './pythonReads.js';

const file = fileCleanUp();
let url = '';
let token = '';

const shipped = ['transmission/1.0.0', 'penguins/1.0.0', 'penguins/2.0.0', 'wine/1.0.0', 'digits/1.0.0'];

before(async () => {
  const models = Object.fromEntries(shipped.map((place) => [place, { shipped: place }]));
  const fixtures = {
    'types/1.0.0': { fixture: 'types-identity' },
    'pick/1.0.0': { fixture: 'fails-at-run' },
  };
  ({ url } = await startBatchApp(file, { models: { ...models, ...fixtures } }));
  token = text(item(jsonOf(await logIn()), 'access_token'));
});

const logIn = () =>
  sendAsPython(url, {
    method: 'POST',
    path: '/login',
    body: '{"username": "admin", "password": "Pass123!"}',
  });

const call = (method: PythonRequest['method'], path: string, body?: string): Promise<RawAnswer> =>
  sendAsPython(url, { method, path, token, ...(body === undefined ? {} : { body }) });

async function latest(name: string): Promise<PythonService> {
  return readService(list(jsonOf(await call('GET', `/services/${name}`))).at(-1));
}

test('DeployClient(host, auth=(name, password)): reads access_token', async () => {
  const answer = jsonOf(await logIn());
  assert.notEqual(text(item(answer, 'access_token')), '');
  // members that other clients read
  const { token_type, expires_in, expires_on, refresh_token } = dictionary(answer);
  assert.equal(token_type, 'Bearer');
  assert.equal(expires_in, 3600);
  assert.ok(typeof expires_on === 'number' && expires_on > 1_700_000_000 && expires_on < 1e11);
  assert.equal(typeof refresh_token, 'string');
});

test('list_services(): a list with name and version in each', async () => {
  const names = list(jsonOf(await call('GET', '/services'))).map((one) => item(one, 'name'));
  for (const place of shipped) assert.ok(names.includes(place.split('/')[0]), place);
});

test('list_services(name): oldest to newest', async () => {
  const versions = list(jsonOf(await call('GET', '/services/penguins'))).map((one) => item(one, 'version'));
  assert.deepEqual(versions, ['1.0.0', '2.0.0']);
});

test('get_service(name): the last one is the latest', async () => {
  assert.equal((await latest('penguins')).api, '/api/penguins/2.0.0');
});

test('get_service(name) of a service that is not there: an empty list, which is a ValueError', async () => {
  assert.deepEqual(jsonOf(await call('GET', '/services/nope')), []);
});

test('get_service(name, version=v): the first of a list, or an object', async () => {
  const answer = jsonOf(await call('GET', '/services/penguins/1.0.0'));
  const first: unknown = Array.isArray(answer) ? list(answer)[0] : answer;
  assert.equal(readService(first).api, '/api/penguins/1.0.0');
  assert.equal((await call('GET', '/services/penguins/9.9.9')).status, 404);
});

test('names of services are told by letter case', async () => {
  assert.deepEqual(jsonOf(await call('GET', '/services/Penguins')), []);
  assert.equal((await call('GET', '/services/Penguins/1.0.0')).status, 404);
});

test('Service(...): a class can be made of every service', async () => {
  const services = list(jsonOf(await call('GET', '/services')));
  for (const service of services) readService(service);
});

test('capabilities(): the keys that are shown', async () => {
  const [service] = list(jsonOf(await call('GET', '/services/transmission/1.0.0')));
  const keys = ['versionPublishedBy', 'runtimeType', 'description', 'snapshotId', 'outputFileNames'];
  for (const key of keys) item(service, key);
  // no zone and seven digits, as Python programs parse it
  assert.match(text(item(service, 'creationTime')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}$/);
  assert.match(text(item(service, 'myPermissionOnService')), /^read(\/write| only)$/);
  assert.deepEqual(item(service, 'outputFileNames'), ['answer.csv', 'explanation.json']);
});

test('swagger(): a text that is JSON', async () => {
  const answer = await call('GET', '/api/transmission/1.0.0/swagger.json');
  assert.equal(item(jsonOf(answer), 'swagger'), '2.0');
});

test('svc.manualTransmission(120, 2.8): one argument per column, the output as a float', async () => {
  const svc = await latest('transmission');
  assert.deepEqual([svc.method, svc.args], ['manualTransmission', ['hp', 'wt']]);
  const answer = await call('POST', svc.api, '{"hp": 120.0, "wt": 2.8}');
  const response = readResponse(jsonOf(answer), svc.outputs);
  assert.equal(response.error, '');
  assert.equal(response.consoleOutput, '');
  assert.ok(Math.abs((response.outputs.answer as number) - 0.6418125) < 1e-6);
  assert.deepEqual(response.artifacts, {});
});

test('svc.classifyWine(frame): a frame in, a frame out', async () => {
  const svc = await latest('wine');
  assert.deepEqual([svc.args, svc.outputs], [['inputData'], [{ name: 'outputData', type: 'data.frame' }]]);
  const swagger = jsonOf(await call('GET', `${svc.api}/swagger.json`));
  const definitions = item(swagger, 'definitions');
  const example = item(item(definitions, 'InputParameters'), 'example');
  const { outputs } = readResponse(jsonOf(await call('POST', svc.api, JSON.stringify(example))), svc.outputs);
  assert.ok(list(item(outputs.outputData, 'cultivar')).length === 1);
});

test('the frame of every service can be answered in the types that are declared', async () => {
  for (const service of list(jsonOf(await call('GET', '/services')))) {
    const svc = readService(service);
    const swagger = jsonOf(await call('GET', `${svc.api}/swagger.json`));
    const example = dictionary(item(item(swagger, 'definitions'), 'InputParameters')).example;
    const { outputs } = readResponse(
      jsonOf(await call('POST', svc.api, JSON.stringify(example))),
      svc.outputs,
    );
    for (const [name, value] of Object.entries(outputs)) assert.notEqual(value, null, `${svc.api} ${name}`);
  }
});

test('a run that fails: 200, and error tells why', async () => {
  const svc = await latest('pick');
  const { error, outputs, artifacts } = readResponse(
    jsonOf(await call('POST', svc.api, '{"x": 9}')),
    svc.outputs,
  );
  assert.notEqual(error, '');
  assert.deepEqual(outputs, { y: null });
  assert.deepEqual(artifacts, {});
});

test('inputs that do not fit: an HttpException whose body tells why', async () => {
  const answer = await call('POST', '/api/transmission/1.0.0', '{"hp": "many", "wt": 2.8}');
  assert.equal(answer.status, 400);
  const { message, link, exceptionType, code, fields } = JSON.parse(answer.body.toString()) as Record<
    string,
    unknown
  >;
  assert.match(String(message), /hp/);
  assert.deepEqual(
    [typeof link, typeof exceptionType, code, typeof fields],
    ['string', 'string', 400, 'string'],
  );
});

test('an unknown service: 404', async () => {
  assert.equal((await call('POST', '/api/nope/1.0.0', '{"a": 1}')).status, 404);
  assert.equal((await call('GET', '/api/nope/1.0.0/swagger.json')).status, 404);
});

test('GET /status and GET /computenodes: the tree, and a list', async () => {
  const status = jsonOf(await call('GET', '/status'));
  const check = (node: unknown): void => {
    assert.ok(['pass', 'warn', 'fail'].includes(text(item(node, 'statusCode'))));
    dictionary(item(node, 'details'));
    const components = item(node, 'components');
    if (components !== null) for (const child of Object.values(dictionary(components))) check(child);
  };
  check(status);
  list(item(jsonOf(await call('GET', '/computenodes')), 'computeNodes'));
});
