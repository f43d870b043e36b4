import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { services } from '../../../shared/services.js';
import { utf8 } from '../../support/bytes.js';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { until } from '../batch/jobClient.js';
import { codeOf, startAccessApp, type AccessApp } from './accessApp.js';

const file = fileCleanUp();
let app: AccessApp;
const tokens: Record<string, string> = {};
/** Names in `uploads`. */
let ritas = '';
let ritasToo = '';
const dropped = 'cars/1.0.0/dropped.csv';
const ofModel = '_models/5f0c1c83-4f7e-4cbb-a4d3-1c7b4a4ea9c1/model.csv';

before(async () => {
  app = await startAccessApp(file, 'required');
  for (const name of ['olga', 'carl', 'rita', 'rolf']) tokens[name] = (await app.logIn(name)).access_token;
  const body = { role: 'Contributor', services: ['cars'] };
  const keys = jsonOf(await app.call(as('olga'), '/keys/bound', { method: 'PUT', body }), 201);
  tokens.bound = String(keys.primary);
  ritas = await announced('rita', 'hp,wt,secret\n120,2.8,rita\n');
  ritasToo = await announced('rita', 'hp,wt,secret\n130,2.9,rita too\n');
  await put(dropped, 'hp,wt,secret\n140,3,dropped\n');
  await put(ofModel, 'hp,wt,secret\n150,3.1,model\n');
});

const as = (name: string) => tokens[name] ?? '';

const put = (name: string, text: string) =>
  services().store().put({ container: 'uploads', name }, utf8(text));

async function announced(name: string, text: string): Promise<string> {
  const body = { service: 'cars', fileName: 'a.csv' };
  const upload = jsonOf(await app.call(as(name), '/uploads', { body }), 201);
  const { url, method, headers } = upload as { url: string; method: string; headers: Record<string, string> };
  assert.equal((await fetch(url, { method, headers, body: text })).status, 201);
  return String(upload.blob).slice('uploads/'.length);
}

/** What a job over this input answers, or why it failed. */
async function readBy(name: string, input: object): Promise<string> {
  const body = { service: 'cars', join: '*', input };
  const { id } = jsonOf(await app.call(as(name), '/jobs', { body }), 202);
  const job = await until('the end of the job', async () => {
    const found = jsonOf(await app.call(as(name), `/jobs/${String(id)}`));
    return found.state === 'Pending' || found.state === 'InProgress' ? undefined : found;
  });
  if (job.state !== 'Complete') {
    const { code, message } = job.fault as { code: string; message: string };
    return `${code}: ${message}`;
  }
  const { rows } = jsonOf(await app.call(as(name), `/jobs/${String(id)}/results?from=0`)) as {
    rows: { outputs: { secret: string } }[];
  };
  return rows
    .map(({ outputs }) => outputs.secret)
    .sort()
    .join();
}

const everything = { prefix: '', pattern: '*.csv' };

test('under a prefix everybody finds his own uploads alone', async () => {
  assert.equal(await readBy('rita', everything), 'rita,rita too');
  const none = "JOB_INPUT_MISSING: there is no blob under '*.csv'";
  for (const name of ['rolf', 'bound']) assert.equal(await readBy(name, everything), none);
  assert.equal(await readBy('rolf', { prefix: 'cars/1.0.0/' }), none.replace('*.csv', 'cars/1.0.0/'));
});

test('files that nobody announced belong to the role Contributor, and an Owner reads all of both', async () => {
  assert.equal(await readBy('carl', everything), 'dropped');
  assert.equal(await readBy('olga', everything), 'dropped,rita,rita too');
  assert.match(await readBy('rita', { blob: dropped }), /^JOB_INPUT_MISSING/);
  assert.equal(await readBy('carl', { blob: dropped }), 'dropped');
});

test("somebody else's upload that is named is answered as one that is not there", async () => {
  const missing = 'cars/1.0.0/5f0c1c83-4f7e-4cbb-a4d3-1c7b4a4ea9c1/a.csv';
  for (const name of ['rolf', 'carl', 'bound']) {
    const [there, notThere] = [await readBy(name, { blob: ritas }), await readBy(name, { blob: missing })];
    assert.match(there, /^JOB_INPUT_MISSING/);
    assert.equal(there.replace(ritas, ''), notThere.replace(missing, ''));
  }
  assert.equal(await readBy('rita', { blobs: [ritas, ritasToo] }), 'rita,rita too');
  assert.equal(await readBy('olga', { blob: ritas }), 'rita');
});

test('files of models are input of nobody', async () => {
  for (const name of ['rolf', 'carl', 'olga']) {
    for (const input of [{ blob: ofModel }, { blobs: [ofModel] }, { prefix: '_models/' }]) {
      const answer = await app.call(as(name), '/jobs', { body: { service: 'cars', input } });
      assert.equal(codeOf(answer, 422), 'SCORE_ERR_JOB_OPTION');
    }
    assert.match(await readBy(name, { prefix: '_model' }), /^JOB_INPUT_MISSING/);
  }
});

test('a job that is run again by somebody who sees it reads what he may', async () => {
  const body = { service: 'cars', join: '*', input: { blob: dropped } };
  const { id } = jsonOf(await app.call(as('rolf'), '/jobs', { body }), 202);
  const ended = async (name: string, job: string) =>
    until('the end of the job', async () => {
      const { state } = jsonOf(await app.call(as(name), `/jobs/${job}`));
      return state === 'Pending' || state === 'InProgress' ? undefined : state;
    });
  assert.equal(await ended('rolf', String(id)), 'Failed');
  const again = jsonOf(await app.call(as('rolf'), `/jobs/${String(id)}/rerun`, { method: 'POST' }), 202);
  assert.equal(await ended('rolf', String(again.id)), 'Failed');
  const owners = jsonOf(await app.call(as('olga'), `/jobs/${String(id)}/rerun`, { method: 'POST' }), 202);
  assert.equal(await ended('olga', String(owners.id)), 'Complete');
});
