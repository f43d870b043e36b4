import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { services } from '../../../shared/services.js';
import { startAzurite } from '../../support/azurite.js';
import { jsonOf, send, type Answer } from '../../support/http.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { startApp } from '../../support/startApp.js';
import { liveChildren } from '../../support/startServices.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let url = '';

before(async () => {
  const { connectionString, pid } = await startAzurite(file);
  for (const child of liveChildren) if (child.pid === pid) liveChildren.delete(child);
  const dir = modelsDirWith(file, {
    'cars/1.0.0': { shipped: 'transmission/1.0.0' },
    'cars/2.0.0': { shipped: 'transmission/1.0.0' },
    'add/1.0.0': { fixture: 'add' },
  });
  ({ url } = await startApp(file, dir, { WARMSTART_STORAGE: connectionString }));
  await services().catalog.settled();
});

const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  send(`${url}${path}`, { method, ...(body === undefined ? {} : { body }) });

async function recordOf(place: string): Promise<Record<string, unknown>> {
  const answer = await call('GET', `/services/${place}`);
  return (JSON.parse(answer.text) as Record<string, unknown>[])[0] ?? {};
}

const aliasesOf = async (name: string) => jsonOf(await call('GET', `/services/${name}/aliases`));

/** The version that answers a scoring call. */
async function scoredBy(place: string): Promise<string | null> {
  const answer = await call('POST', `/api/${place}`, { hp: 120, wt: 2.8 });
  assert.equal(answer.status, 200, answer.text);
  return answer.headers.get('x-warmstart-version');
}

async function refuses(answer: Promise<Answer>, status: number, errorCode: string): Promise<void> {
  const body = jsonOf(await answer, status);
  assert.deepEqual([body.errorCode, body.code], [errorCode, status]);
}

test('description and operation id are changed for one version, at once and everywhere', async () => {
  const changes = { description: 'Changed.', operationId: 'is_manual' };
  const answer = await call('PATCH', '/services/cars/1.0.0', changes);
  assert.deepEqual([answer.status, answer.text], [200, '"1.0.0"']);
  const { description, operationId } = await recordOf('cars/1.0.0');
  assert.deepEqual({ description, operationId }, changes);
  const swagger = jsonOf(await call('GET', '/api/cars/1.0.0/swagger.json'));
  assert.match(JSON.stringify(swagger), /"operationId":"is_manual"/);
  assert.equal((await recordOf('cars/2.0.0')).operationId, 'manualTransmission');
  await call('PATCH', '/services/cars/1.0.0', { description: 'Changed again.' });
  const again = await recordOf('cars/1.0.0');
  assert.deepEqual([again.description, again.operationId], ['Changed again.', 'is_manual']);
  assert.equal(await scoredBy('cars/1.0.0'), '1.0.0');
});

test('a change of what is not there, or that is none, is refused', async () => {
  await refuses(call('PATCH', '/services/nowhere/1.0.0', {}), 404, 'SCORE_ERR_MODEL_NOT_FOUND');
  await refuses(call('PATCH', '/services/cars/7', {}), 404, 'SCORE_ERR_VERSION_NOT_FOUND');
  await refuses(call('PATCH', '/services/cars/1.0.0', { code: 'x' }), 400, 'SCORE_ERR_SERVICE_SCRIPT');
  await refuses(call('PATCH', '/services/cars/1.0.0', { colour: 1 }), 400, 'SCORE_ERR_REQUEST_FIELD');
  await refuses(call('PATCH', '/services/cars/1.0.0', '{'), 400, 'SCORE_ERR_BODY_SYNTAX');
  await refuses(call('PATCH', '/services/cars/1.0.0', ' '.repeat(70_000)), 413, 'SCORE_ERR_BODY_TOO_LARGE');
});

test('an alias can be used wherever a version is named, is moved and is taken away', async () => {
  assert.deepEqual(await aliasesOf('cars'), { defaultVersion: null, aliases: {} });
  const set = jsonOf(await call('PUT', '/services/cars/aliases/prod', { version: '1.0.0' }));
  assert.deepEqual(set, { defaultVersion: null, aliases: { prod: '1.0.0' } });
  assert.equal(await scoredBy('cars/prod'), '1.0.0');
  assert.equal((await recordOf('cars/prod')).version, '1.0.0');
  const swagger = jsonOf(await call('GET', '/api/cars/prod/swagger.json'));
  assert.equal((swagger.info as { version: string }).version, '1.0.0');
  await call('PUT', '/services/cars/aliases/prod', { version: '2.0.0' });
  assert.equal(await scoredBy('cars/prod'), '2.0.0');
  assert.deepEqual((await aliasesOf('cars')).aliases, { prod: '2.0.0' });
  assert.deepEqual(jsonOf(await call('DELETE', '/services/cars/aliases/prod')).aliases, {});
  await refuses(call('POST', '/api/cars/prod', { hp: 1, wt: 1 }), 404, 'SCORE_ERR_VERSION_NOT_FOUND');
  await refuses(call('DELETE', '/services/cars/aliases/prod'), 404, 'SCORE_ERR_VERSION_NOT_FOUND');
});

test('the alias default names the version that is taken where none is named', async () => {
  const newest = async () => {
    const { properties } = jsonOf(await call('GET', '/v2/models/cars'));
    return (properties as { version: string }).version;
  };
  assert.equal(await newest(), '2.0.0');
  const set = jsonOf(await call('PUT', '/services/cars/aliases/default', { version: '1.0.0' }));
  assert.deepEqual(set, { defaultVersion: '1.0.0', aliases: { default: '1.0.0' } });
  assert.equal(await newest(), '1.0.0');
  assert.equal(await scoredBy('cars/default'), '1.0.0');
  const taken = jsonOf(await call('DELETE', '/services/cars/aliases/default'));
  assert.deepEqual(taken, { defaultVersion: null, aliases: {} });
  assert.equal(await newest(), '2.0.0');
});

test('an alias must be a name, of a version that exists, and of no version itself', async () => {
  const put = (alias: string, body: unknown) => call('PUT', `/services/cars/aliases/${alias}`, body);
  const target = { version: '1.0.0' };
  await refuses(put('2.0.0', target), 400, 'SCORE_ERR_SERVICE_ALIAS');
  await refuses(put('-x', target), 400, 'SCORE_ERR_SERVICE_ALIAS');
  await refuses(put('a%20b', target), 400, 'SCORE_ERR_SERVICE_ALIAS');
  await refuses(put('prod', { version: '7' }), 404, 'SCORE_ERR_VERSION_NOT_FOUND');
  await refuses(put('prod', {}), 400, 'SCORE_ERR_REQUEST_FIELD');
  await refuses(call('PUT', '/services/nowhere/aliases/prod', target), 404, 'SCORE_ERR_MODEL_NOT_FOUND');
  await refuses(call('GET', '/services/nowhere/aliases'), 404, 'SCORE_ERR_MODEL_NOT_FOUND');
  assert.deepEqual(await aliasesOf('cars'), { defaultVersion: null, aliases: {} });
});

test('aliases of one model that are set at once are all kept, and there are at most 100', async () => {
  const put = (alias: string) => call('PUT', `/services/add/aliases/${alias}`, { version: '1.0.0' });
  const answers = await Promise.all(['a', 'b', 'c'].map(put));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.deepEqual((await aliasesOf('add')).aliases, { a: '1.0.0', b: '1.0.0', c: '1.0.0' });
  const rest = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`alias-${i}`, '1.0.0']));
  const record = new TextEncoder().encode(JSON.stringify({ aliases: rest, versions: {} }));
  await services().store().put({ container: 'state', name: 'services/add/service.json' }, record);
  await refuses(put('one-more'), 400, 'SCORE_ERR_SERVICE_ALIAS');
  assert.equal((await put('alias-7')).status, 200);
});

test('a model that was deployed with the app is not deleted, nor one that is not there', async () => {
  await refuses(call('DELETE', '/services/cars/1.0.0'), 409, 'SCORE_ERR_SERVICE_SHIPPED');
  await refuses(call('DELETE', '/services/cars/7'), 404, 'SCORE_ERR_VERSION_NOT_FOUND');
  await refuses(call('DELETE', '/services/nowhere/1.0.0'), 404, 'SCORE_ERR_MODEL_NOT_FOUND');
  assert.equal(await scoredBy('cars/1.0.0'), '1.0.0');
});
