import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { codeOf, startAccessApp, type AccessApp } from '../auth/accessApp.js';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { fixtureFile, modelPart, patch, publish } from './publishCalls.js';

const file = fileCleanUp();
let app: AccessApp;
/** A header with the credentials of each: an Owner, two Contributors (one by a key for the model `his` alone), a Reader. */
const as: Record<'olga' | 'carl' | 'key' | 'rita', Record<string, string>> = {
  olga: {},
  carl: {},
  key: {},
  rita: {},
};

before(async () => {
  app = await startAccessApp(file, 'required');
  for (const name of ['olga', 'carl', 'rita'] as const) {
    as[name] = { authorization: `Bearer ${(await app.logIn(name)).access_token}` };
  }
  const body = { role: 'Contributor', services: ['his'] };
  const { primary } = jsonOf(
    await app.call(as.olga.authorization?.slice(7) ?? '', '/keys/pipeline', { method: 'PUT', body }),
    201,
  ) as { primary: string };
  as.key = { authorization: `Bearer ${primary}` };
});

const add = () => [modelPart(fixtureFile('add'))];

test('a Reader publishes nothing, whatever way it comes', async () => {
  const forbidden = 'SCORE_ERR_ACCESS_FORBIDDEN';
  assert.equal(codeOf(await publish(app.url, 'm/1.0.0', add(), {}, as.rita), 403), forbidden);
  assert.equal(codeOf(await publish(app.url, 'm', add(), {}, as.rita), 403), forbidden);
  assert.equal(codeOf(await patch(app.url, 'add/1.0.0', [], { description: 'x' }, as.rita), 403), forbidden);
  const credential = as.rita.authorization?.slice(7) ?? '';
  const upload = { body: { kind: 'model', fileName: 'model.onnx' } };
  assert.equal(codeOf(await app.call(credential, '/uploads', upload), 403), forbidden);
});

test('what a Contributor has published only he and an Owner change, and it carries his name', async () => {
  const answer = await publish(app.url, 'his/1.0.0', add(), {}, as.carl);
  assert.equal(answer.status, 201, answer.text);
  const notOwned = 'SCORE_ERR_SERVICE_NOT_OWNED';
  assert.equal(codeOf(await patch(app.url, 'his/1.0.0', [], { description: 'x' }, as.key), 403), notOwned);
  assert.equal(codeOf(await publish(app.url, 'his/2.0.0', add(), {}, as.key), 403), notOwned);
  assert.equal((await patch(app.url, 'his/1.0.0', [], { description: 'x' }, as.carl)).status, 200);
  assert.equal((await patch(app.url, 'his/1.0.0', add(), {}, as.olga)).status, 200);
  const credential = as.key.authorization?.slice(7) ?? '';
  const [record] = JSON.parse((await app.call(credential, '/services/his/1.0.0')).text) as {
    versionPublishedBy: string;
  }[];
  assert.equal(record?.versionPublishedBy, 'carl');
  assert.equal(
    codeOf(await app.call(credential, '/services/his/1.0.0', { method: 'DELETE' }), 403),
    notOwned,
  );
});

test('a key of some models publishes no others', async () => {
  const answer = await publish(app.url, 'other/1.0.0', add(), {}, as.key);
  assert.equal(codeOf(answer, 403), 'SCORE_ERR_ACCESS_FORBIDDEN');
});
