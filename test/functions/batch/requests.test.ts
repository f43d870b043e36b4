import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf } from '../../support/http.js';
import { chunkedPost, sendRaw } from '../../support/rawHttp.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';
import { idOf } from './jobClient.js';
import { refused } from './refusedRequests.js';

const file = fileCleanUp();
let app: BatchApp;

const csv = 'hp,wt\n1,2\n3,4\n';
const text = { 'content-type': 'text/csv' };
const jobs = '/jobs?service=cars';

before(async () => {
  app = await startBatchApp(file, { environment: { WARMSTART_MAX_JOB_BODY_BYTES: '4096' } });
});

for (const [what, path, sent, status, code, says] of refused) {
  test(`${what} is ${status} ${code}`, async () => {
    const answer = await app.client.post(path, sent);
    const problem = jsonOf(answer, status);
    assert.equal(problem.code, code);
    assert.equal(answer.headers.get('x-ms-error-code'), code);
    assert.equal(answer.headers.get('location'), null);
    assert.match(String(problem.detail), says);
    assert.doesNotMatch(answer.text, /\/work\/|\/tmp\/|devstore|127\.0\.0\.1/);
  });
}

test('nothing that was refused left a job', async () => {
  assert.deepEqual(jsonOf(await app.client.get('/jobs')), { jobs: [] });
});

for (const path of [jobs, '/uploads']) {
  test(`${path}: a body without length is 411`, async () => {
    const answer = await sendRaw(app.url, chunkedPost(path, csv));
    assert.match(answer, /^HTTP\/1\.1 411 /);
    assert.match(answer, /SCORE_ERR_BODY_LENGTH_REQUIRED/);
  });
}

const oddIds = [
  'nope',
  '..%2f..%2fstate',
  'a%20b',
  'a%5Cb',
  '%F0%9F%98%80',
  "'",
  'x'.repeat(2000),
  'job.json',
  '__proto__',
  '%25',
  'CON',
];

for (const id of oddIds) {
  test(`no job has the id ${id.slice(0, 30)}`, async () => {
    for (const below of ['', '/results', '/results/0', '/errors', '/manifest', '/log']) {
      const answer = await app.client.get(`/jobs/${id}${below}`);
      assert.equal(answer.status, 404, below);
      assert.doesNotMatch(answer.text, /storage|batches|Error:/);
    }
    for (const below of ['/cancel', '/rerun'])
      assert.equal((await app.client.post(`/jobs/${id}${below}`)).status, 404);
    assert.equal((await app.client.post(`/jobs/${id}`, { method: 'DELETE' })).status, 404);
  });
}

test('methods that no route has are 404, as the Functions host answers them', async () => {
  for (const [method, path] of [
    ['PUT', '/jobs'],
    ['DELETE', '/jobs'],
    ['POST', '/jobs/x'],
    ['GET', '/jobs/x/cancel'],
    ['GET', '/uploads'],
    ['POST', '/services/cars/schedules/x'],
  ] as const) {
    assert.equal((await app.client.post(path, { method })).status, 404, `${method} ${path}`);
  }
});

test('the list refuses filters that say nothing', async () => {
  for (const query of [
    'state=Done',
    'count=0',
    'count=501',
    'count=x',
    'service=..%2Fjobs',
    'service=~all',
    'version=1.0.0',
    'service=cars&version=%2F',
    'page=x',
    'page=%00',
  ]) {
    const problem = jsonOf(await app.client.get(`/jobs?${query}`), 422);
    assert.equal(problem.code, 'SCORE_ERR_JOB_OPTION', query);
  }
});

test('the same key with the same request is the same job, with another one a conflict', async () => {
  const headers = { ...text, 'idempotency-key': 'night run 1' };
  const first = idOf(await app.client.post(jobs, { headers, body: csv }));
  assert.equal(idOf(await app.client.post(jobs, { headers, body: csv })), first);
  await app.client.completed(first);
  // after its end it is the same job still, which says so
  const late = await app.client.post(jobs, { headers, body: csv });
  assert.equal(idOf(late), first);
  assert.equal(jsonOf(late, 202).state, 'Complete');
  assert.equal(late.headers.get('retry-after'), null);
  for (const [path, body] of [
    [jobs, `${csv}5,6\n`],
    [`${jobs}&join=hp`, csv],
    ['/jobs?service=add', csv],
  ] as const) {
    assert.equal(
      jsonOf(await app.client.post(path, { headers, body }), 409).code,
      'SCORE_ERR_JOB_CONFLICT',
      path,
    );
  }
  assert.notEqual(
    idOf(await app.client.post(jobs, { headers: { ...text, 'idempotency-key': 'night run 2' }, body: csv })),
    first,
  );
});

test('twenty repeats at once are one job', async () => {
  const headers = { ...text, 'idempotency-key': 'at once' };
  const ids = await Promise.all(
    Array.from({ length: 20 }, async () => idOf(await app.client.post(jobs, { headers, body: csv }))),
  );
  assert.equal(new Set(ids).size, 1);
  const { counts } = await app.client.completed(ids[0] ?? '');
  assert.equal(counts.rows, 2);
});
