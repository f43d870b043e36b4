import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { StatusNode } from '../../../shared/protocols/machineLearningServer/serverStatus.js';
import { allExpectedRows } from '../../support/expectedRows.js';
import { jsonOf, send } from '../../support/http.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { schemaFaults } from '../../support/schemaFaults.js';
import { startApp } from '../../support/startApp.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { swaggerFaults, type Json } from '../../shared/protocols/machineLearningServer/swaggerFaults.js';

interface Service extends Json {
  readonly name: string;
  readonly version: string;
  readonly inputParameterDefinitions: readonly { readonly name: string; readonly type: string }[];
  readonly outputParameterDefinitions: readonly { readonly name: string; readonly type: string }[];
}

const file = fileCleanUp();
const models = allExpectedRows();
let url = '';

before(async () => {
  const shipped = models.map(({ name, version }) => `${name}/${version}`);
  const dir = modelsDirWith(file, {
    ...Object.fromEntries(shipped.map((place) => [place, { shipped: place }])),
    'add/1.9.0': { fixture: 'add' },
    'add/1.10.0': { fixture: 'add' },
    'add/1.10.0-beta': { fixture: 'add' },
    'add/1.11.0': { fixture: 'truncated' },
    'image/1.0.0': { fixture: 'image' },
    'matrix/1.0.0': { fixture: 'matrix' },
    'types/1.0.0': { fixture: 'types-identity' },
    'total/1.0.0': { fixture: 'scalar-output' },
    'fixed/1.0.0': { fixture: 'fixed-batch' },
    'nobatch/1.0.0': { fixture: 'no-batch' },
    'classes/1.0.0': { fixture: 'zipmap-int' },
    'embed/1.0.0': { fixture: 'external-data' },
  });
  ({ url } = await startApp(file, dir));
});

async function listOf(path: string): Promise<Service[]> {
  const answer = await send(`${url}${path}`);
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text) as Service[];
}

const swaggerOf = async (place: string): Promise<Json> =>
  jsonOf(await send(`${url}/api/${place}/swagger.json`));

test('all services are listed by name, from the oldest version to the newest, and only those that can be scored', async () => {
  // a version that was dropped later is checked behind those that serve
  await send(`${url}/services/add/1.11.0`);
  const listed = await listOf('/services');
  const named = listed.map(({ name, version }) => `${name} ${version}`);
  assert.deepEqual(named.slice(0, 3), ['add 1.9.0', 'add 1.10.0-beta', 'add 1.10.0']);
  assert.ok(!named.includes('add 1.11.0'));
  assert.deepEqual(
    named.filter((one) => one.startsWith('penguins')),
    ['penguins 1.0.0', 'penguins 2.0.0'],
  );
  assert.equal(named.length, 3 + 8 + models.length);
});

test('the last of the versions of a service is the newest', async () => {
  const versions = (await listOf('/services/add')).map(({ version }) => version);
  assert.deepEqual(versions, ['1.9.0', '1.10.0-beta', '1.10.0']);
});

test('one version is a list with one record, with the headers of the model', async () => {
  const answer = await send(`${url}/services/transmission/1.0.0`);
  const [record, ...others] = JSON.parse(answer.text) as Service[];
  assert.equal(others.length, 0);
  assert.ok(record);
  assert.match(String(record.creationTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}$/);
  assert.deepEqual(
    { ...record, creationTime: '' },
    {
      name: 'transmission',
      version: '1.0.0',
      versionPublishedBy: 'deployment',
      creationTime: '',
      snapshotId: null,
      runtimeType: 'Realtime',
      initCode: null,
      code: null,
      description: 'Probability that a car has a manual transmission, from its horsepower and weight.',
      operationId: 'manualTransmission',
      inputParameterDefinitions: [
        { name: 'hp', type: 'numeric' },
        { name: 'wt', type: 'numeric' },
      ],
      outputParameterDefinitions: [{ name: 'answer', type: 'numeric' }],
      outputFileNames: record.outputFileNames,
      myPermissionOnService: 'read/write',
    },
  );
  assert.equal(answer.headers.get('x-warmstart-model'), 'transmission');
  assert.equal(answer.headers.get('x-warmstart-version'), '1.0.0');
});

test('an unknown name has no versions; an unknown version, or one that cannot be served, is told by its status', async () => {
  assert.deepEqual(await listOf('/services/nowhere'), []);
  assert.deepEqual(await listOf('/services/Transmission'), [], 'letter case counts');
  for (const [path, status, code] of [
    ['/services/nowhere/1.0.0', 404, 'SCORE_ERR_MODEL_NOT_FOUND'],
    ['/services/add/7', 404, 'SCORE_ERR_VERSION_NOT_FOUND'],
    ['/services/add/1.11.0', 503, 'SCORE_ERR_MODEL_UNAVAILABLE'],
    ['/api/nowhere/1.0.0/swagger.json', 404, 'SCORE_ERR_MODEL_NOT_FOUND'],
    ['/api/add/7/swagger.json', 404, 'SCORE_ERR_VERSION_NOT_FOUND'],
  ] as const) {
    const { errorCode, code: number, message } = jsonOf(await send(`${url}${path}`), status);
    assert.deepEqual([errorCode, number, typeof message], [code, status, 'string'], path);
  }
});

test('scripts, sessions and snapshots are refused with what to do instead', async () => {
  for (const path of ['/services/mine', '/services/mine/1.0.0', '/sessions', '/snapshots']) {
    const answer = jsonOf(await send(`${url}${path}`, { body: { code: 'x <- 1' } }), 400);
    assert.equal(answer.errorCode, 'SCORE_ERR_SERVICE_SCRIPT', path);
    assert.match(String(answer.message), /POST \/realtime-services/);
  }
});

test('without storage nothing can be changed, and the instance is alone', async () => {
  for (const [method, path, body] of [
    ['PATCH', '/services/add/1.9.0', { description: 'x' }],
    ['PUT', '/services/add/aliases/prod', { version: '1.9.0' }],
  ] as const) {
    const { errorCode } = jsonOf(await send(`${url}${path}`, { method, body }), 503);
    assert.equal(errorCode, 'SCORE_ERR_STORAGE_MISSING', path);
  }
  const aliases = jsonOf(await send(`${url}/services/add/aliases`));
  assert.deepEqual(aliases, { defaultVersion: null, aliases: {} });
  const { computeNodes } = jsonOf(await send(`${url}/computenodes`));
  assert.equal((computeNodes as string[]).length, 1);
  const { components } = jsonOf(await send(`${url}/status`)) as unknown as StatusNode;
  assert.deepEqual(
    [components?.database?.statusCode, components?.database?.details.state],
    ['pass', 'NotConfigured'],
  );
});

const isType: Readonly<Record<string, (value: unknown) => boolean>> = {
  numeric: (value) => typeof value === 'number',
  integer: Number.isInteger,
  character: (value) => typeof value === 'string',
  logical: (value) => typeof value === 'boolean',
  vector: Array.isArray,
  matrix: (value) => Array.isArray(value) && value.every(Array.isArray),
  'data.frame': (value) => typeof value === 'object' && !Array.isArray(value),
};

function checkDefinitions({ name, outputParameterDefinitions }: Service, outputs: Json): void {
  assert.deepEqual(
    Object.keys(outputs),
    outputParameterDefinitions.map((one) => one.name),
    name,
  );
  for (const one of outputParameterDefinitions) {
    assert.ok(isType[one.type]?.(outputs[one.name]), `${name}: ${one.name} is no ${one.type}`);
  }
}

test('every document is valid, and its example is scored and answered as the document and the definitions say', async () => {
  for (const service of await listOf('/services')) {
    const place = `${service.name}/${service.version}`;
    const document = await swaggerOf(place);
    assert.deepEqual(swaggerFaults(document), [], place);
    const definitions = document.definitions as Record<string, Json>;
    const example = definitions.InputParameters?.example as Json;
    assert.deepEqual(schemaFaults(example, definitions.InputParameters as Json), [], place);
    assert.deepEqual(
      Object.keys(example),
      service.inputParameterDefinitions.map(({ name }) => name),
      place,
    );
    const answer = jsonOf(await send(`${url}/api/${place}`, { body: example }));
    assert.equal(answer.success, true, `${place}: ${String(answer.errorMessage)}`);
    assert.deepEqual(schemaFaults(answer, definitions.WebServiceResult as Json, definitions), [], place);
    checkDefinitions(service, answer.outputParameters as Json);
  }
});

test('every shipped model answers its rows as the definitions say, in the form that they name', async () => {
  for (const { name, version, columns, rowCount } of models) {
    const [service] = await listOf(`/services/${name}/${version}`);
    assert.ok(service);
    const isFrame = service.inputParameterDefinitions[0]?.type === 'data.frame';
    const rows = Array.from({ length: rowCount }, (_, row) =>
      Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, values[row]])),
    );
    for (const body of isFrame ? [{ inputData: columns }] : rows) {
      const answer = jsonOf(await send(`${url}/api/${name}/${version}`, { body }));
      checkDefinitions(service, answer.outputParameters as Json);
      const { definitions } = (await swaggerOf(`${name}/${version}`)) as {
        definitions: Record<string, Json>;
      };
      assert.deepEqual(schemaFaults(answer, definitions.WebServiceResult as Json, definitions), [], name);
    }
  }
});
