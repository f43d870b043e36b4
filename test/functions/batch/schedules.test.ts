import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { KEYS } from '../../conformance/keys.js';
import { utf8 } from '../../support/bytes.js';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';
import { until } from './jobClient.js';

const file = fileCleanUp();
let app: BatchApp;

const route = '/services/cars/schedules';
const nightly = { cron: '0 0 2 * * *', input: { prefix: 'night/', pattern: '*.csv' }, join: ['hp'] };

before(async () => {
  app = await startBatchApp(file, { triggers: true });
  await app.store.put({ container: 'uploads', name: 'night/a.csv' }, utf8('hp,wt\n1,2\n'));
  await app.store.put({ container: 'uploads', name: 'night/b.csv' }, utf8('hp,wt\n3,4\n'));
  await app.store.put({ container: 'uploads', name: 'night/c.txt' }, utf8('nothing'));
});

const put = (id: string, body: object) => app.client.post(`${route}/${id}`, { method: 'PUT', body });

const remove = (id: string) => app.client.post(`${route}/${id}`, { method: 'DELETE' });

/** Runs the maintenance timer by hand, as an operator does. */
async function maintain(): Promise<void> {
  const headers = { 'x-functions-key': KEYS.master };
  const answer = await app.client.post('/admin/functions/maintenance', { headers, body: {} });
  assert.equal(answer.status, 202, answer.text);
}

test('a schedule is kept, shown, listed, changed and removed', async () => {
  const created = jsonOf(await put('night', nightly));
  assert.deepEqual(
    [created.service, created.id, created.cron, created.enabled],
    ['cars', 'night', '0 0 2 * * *', true],
  );
  assert.deepEqual(jsonOf(await app.client.get(`${route}/night`)), created);
  assert.deepEqual(jsonOf(await put('night', nightly)), created);
  const changed = jsonOf(await put('night', { ...nightly, cron: '0 30 2 * * *', enabled: false }));
  assert.deepEqual(
    [changed.cron, changed.enabled, changed.created],
    ['0 30 2 * * *', false, created.created],
  );
  await put('day', nightly);
  const { schedules } = jsonOf(await app.client.get(route)) as { schedules: { id: string }[] };
  assert.deepEqual(
    schedules.map(({ id }) => id),
    ['day', 'night'],
  );
  assert.deepEqual(jsonOf(await app.client.get('/services/add/schedules')), { schedules: [] });
  for (const id of ['day', 'night']) assert.equal((await remove(id)).status, 204);
  for (const answer of [await remove('night'), await app.client.get(`${route}/night`)]) {
    assert.equal(jsonOf(answer, 404).code, 'SCORE_ERR_SCHEDULE_NOT_FOUND');
  }
  assert.deepEqual(jsonOf(await app.client.get(route)), { schedules: [] });
});

const refused: readonly (readonly [string, string, object, RegExp])[] = [
  ['too few fields', 'a', { ...nightly, cron: '* * *' }, /\/cron/],
  ['a day that never comes', 'a', { ...nightly, cron: '0 0 0 31 2 *' }, /never comes due/],
  ['no cron', 'a', { input: nightly.input }, /\/cron: expected string, got nothing/],
  ['names of blobs', 'a', { ...nightly, input: { blob: 'night/a.csv' } }, /\/input: expected a prefix/],
  ['another model than in the path', 'a', { ...nightly, service: 'add' }, /as in the path/],
  ['an unknown option', 'a', { ...nightly, every: 'day' }, /'every'/],
  ['an odd id', 'a%20b', nightly, /id of a schedule/],
];

for (const [what, id, body, says] of refused) {
  test(`a schedule with ${what} is refused`, async () => {
    const problem = jsonOf(await put(id, body), 422);
    assert.equal(problem.code, 'SCORE_ERR_JOB_OPTION');
    assert.match(String(problem.detail), says);
  });
}

test('a schedule that has come due starts its job, once for each due time', async () => {
  await put('often', { ...nightly, cron: '* * * * * *' });
  await put('off', { ...nightly, cron: '* * * * * *', enabled: false });
  interface Shown {
    readonly lastDue?: string;
    readonly lastJob?: string;
  }
  const shown = await until('the schedule to be served', async () => {
    await maintain();
    const found = jsonOf(await app.client.get(`${route}/often`)) as Shown;
    return found.lastJob === undefined ? undefined : found;
  });
  const job = await app.client.completed(shown.lastJob ?? '');
  assert.deepEqual(job.counts, { rows: 2, succeeded: 2, failed: 0 });
  assert.equal(job.origin, 'schedule');
  assert.match(await app.client.text(job.id, 'results'), /^hp,answer\n1,.*\n3,/);
  assert.equal((jsonOf(await app.client.get(`${route}/off`)) as Shown).lastJob, undefined);
  // the clock goes on, so that more due times may have been served: each by a job of its own
  assert.equal((await remove('often')).status, 204);
  const { jobs } = jsonOf(await app.client.get('/jobs?service=cars&count=500')) as { jobs: { id: string }[] };
  assert.equal(new Set(jobs.map(({ id }) => id)).size, jobs.length);
  assert.ok(jobs.some(({ id }) => id === job.id));
});
