import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { codeOf, startAccessApp, type AccessApp } from './accessApp.js';

const file = fileCleanUp();
let app: AccessApp;
const tokens: Record<string, string> = {};

before(async () => {
  app = await startAccessApp(file, 'required');
  for (const name of ['olga', 'carl', 'rita', 'rolf']) tokens[name] = (await app.logIn(name)).access_token;
});

const as = (name: string) => tokens[name] ?? '';
const csv = { headers: { 'content-type': 'text/csv' }, body: 'hp,wt\n120,2.8\n' };

async function submit(credential: string): Promise<string> {
  const answer = await app.call(credential, '/jobs?service=cars', csv);
  return String(jsonOf(answer, 202).id);
}

/** A client with keys of this role. */
async function keysOf(client: string, body: object): Promise<{ primary: string; secondary: string }> {
  const answer = await app.call(as('olga'), `/keys/${client}`, { method: 'PUT', body });
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  return jsonOf(answer, 201) as { primary: string; secondary: string };
}

test('every route but health and login is 401 without a token, and no role makes it so', async () => {
  const isOpen = (route: string) => /^\/(?:v2\/health|login)(?:\/|$)/.test(route);
  const closed = app.host.functions.filter(({ route }) => !isOpen(route));
  for (const { route, methods } of closed) {
    const path = route.replaceAll(/\{[^}]*\}/g, 'cars');
    for (const method of methods) {
      const answer = await app.call('', path, { method });
      assert.equal(codeOf(answer, 401), 'SCORE_ERR_ACCESS_DENIED', `${method} ${route}`);
    }
  }
});

test('every role scores and sees models', async () => {
  for (const name of ['olga', 'carl', 'rita']) {
    const answer = await app.call(as(name), '/api/cars/1.0.0', { body: { hp: 120, wt: 2.8 } });
    assert.equal(answer.status, 200, name);
    assert.equal((await app.call(as(name), '/v2/models')).status, 200);
  }
});

test('users and keys are there for Owners alone', async () => {
  for (const name of ['carl', 'rita']) {
    for (const [path, method, body] of [
      ['/users', 'GET', undefined],
      ['/users/x', 'PUT', { role: 'Owner' }],
      ['/users/x', 'DELETE', undefined],
      ['/keys', 'GET', undefined],
      ['/keys/x', 'PUT', { role: 'Owner' }],
      ['/keys/x', 'DELETE', undefined],
      ['/keys/x/regenerate', 'POST', { key: 'primary' }],
    ] as const) {
      const answer = await app.call(as(name), path, { method, body });
      assert.equal(codeOf(answer, 403), 'SCORE_ERR_ACCESS_FORBIDDEN', `${name} ${method} ${path}`);
    }
  }
  assert.equal((await app.call(as('olga'), '/users')).status, 200);
});

test('what changes models is closed to Readers, and open to Contributors', async () => {
  const publishing = app.host.functions.flatMap(({ route, methods }) =>
    /^\/(?:realtime-services\/\{name\}|services\/\{name\}\/\{version\}$|services\/\{name\}\/aliases)/.test(
      route,
    )
      ? methods.filter((method) => method !== 'GET').map((method) => ({ route, method }))
      : [],
  );
  assert.ok(publishing.length >= 3);
  for (const { route, method } of publishing) {
    const path = route.replaceAll(/\{[^}]*\}/g, 'unknown');
    const shown = `${method} ${route}`;
    assert.equal(
      codeOf(await app.call(as('rita'), path, { method }), 403),
      'SCORE_ERR_ACCESS_FORBIDDEN',
      shown,
    );
    assert.notEqual((await app.call(as('carl'), path, { method })).status, 403, shown);
  }
});

test("another user's job is not there, while an Owner sees all", async () => {
  const id = await submit(as('rita'));
  for (const [path, method] of [
    [`/jobs/${id}`, 'GET'],
    [`/jobs/${id}/results?from=0`, 'GET'],
    [`/jobs/${id}/log`, 'GET'],
    [`/jobs/${id}/cancel`, 'POST'],
    [`/jobs/${id}/rerun`, 'POST'],
    [`/jobs/${id}`, 'DELETE'],
  ] as const) {
    for (const name of ['rolf', 'carl']) {
      const answer = await app.call(as(name), path, { method });
      assert.equal(codeOf(answer, 404), 'SCORE_ERR_JOB_NOT_FOUND', `${name} ${method} ${path}`);
    }
  }
  const idsSeenBy = async (name: string) => {
    const { jobs } = jsonOf(await app.call(as(name), '/jobs')) as { jobs: { id: string }[] };
    return jobs.map((job) => job.id);
  };
  assert.deepEqual(await idsSeenBy('rolf'), []);
  assert.deepEqual(await idsSeenBy('rita'), [id]);
  assert.deepEqual(await idsSeenBy('olga'), [id]);
  assert.equal(jsonOf(await app.call(as('olga'), `/jobs/${id}`)).id, id);
});

test("another user's schedule is not there, his names are taken by nobody, and an Owner sees all", async () => {
  const path = '/services/cars/schedules/nightly';
  const put = { method: 'PUT', body: { cron: '0 0 2 * * *', input: { prefix: 'in/' } } };
  assert.equal((await app.call(as('rita'), path, put)).status, 200);
  assert.equal((await app.call(as('rolf'), path)).status, 404);
  // an Owner changes it, and it stays hers
  const monthly = { ...put, body: { ...put.body, cron: '0 0 2 1 * *' } };
  assert.equal(jsonOf(await app.call(as('olga'), path, monthly)).owner, 'rita');
  assert.equal(jsonOf(await app.call(as('rita'), path)).cron, '0 0 2 1 * *');
  assert.equal(jsonOf(await app.call(as('rolf'), path, put)).owner, 'rolf');
  assert.equal(jsonOf(await app.call(as('rita'), path)).cron, '0 0 2 1 * *');
  assert.equal(codeOf(await app.call(as('olga'), path), 422), 'SCORE_ERR_JOB_OPTION');
  assert.equal(jsonOf(await app.call(as('olga'), `${path}?owner=rolf`)).owner, 'rolf');
  for (const owner of ['rita', 'nobody']) {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await app.call(
        as('rolf'),
        `${path}?owner=${owner}`,
        method === 'PUT' ? put : { method },
      );
      assert.equal(codeOf(answer, 404), 'SCORE_ERR_SCHEDULE_NOT_FOUND', `${method} ${owner}`);
    }
  }
  const seenBy = async (name: string) => {
    const { schedules } = jsonOf(await app.call(as(name), '/services/cars/schedules'));
    return (schedules as { owner: string }[]).map(({ owner }) => owner).sort();
  };
  assert.deepEqual(
    [await seenBy('olga'), await seenBy('rita'), await seenBy('rolf'), await seenBy('carl')],
    [['rita', 'rolf'], ['rita'], ['rolf'], []],
  );
});

test('a key works in both headers, has the jobs of its client, and no others', async () => {
  const { primary, secondary } = await keysOf('batch-app', { role: 'Reader' });
  const byHeader = await app.call('', '/v2/models', { headers: { 'x-api-key': secondary } });
  assert.equal(byHeader.status, 200);
  const id = await submit(primary);
  assert.equal((await app.call(secondary, `/jobs/${id}`)).status, 200);
  assert.equal((await app.call(as('rita'), `/jobs/${id}`)).status, 404);
  assert.equal((await app.call(primary, '/users')).status, 403);
});

test('a key that is bound to models calls these alone, on every route that names one', async () => {
  const { primary } = await keysOf('bound', { role: 'contributor', services: ['cars'] });
  const score = (model: string) => app.call(primary, `/api/${model}/1.0.0`, { body: { hp: 120, wt: 2.8 } });
  assert.equal((await score('cars')).status, 200);
  const routes = app.host.functions.filter(({ route }) => /\{(?:name|model)\}/.test(route));
  assert.ok(routes.length >= 10);
  for (const { route, methods } of routes) {
    for (const model of ['add', 'nowhere']) {
      const path = route.replace(/\{(?:name|model)\}/, model).replaceAll(/\{[^}]*\}/g, '1.0.0');
      for (const method of methods) {
        const answer = await app.call(primary, path, { method, ...(method === 'GET' ? {} : { body: {} }) });
        assert.equal(codeOf(answer, 403), 'SCORE_ERR_ACCESS_FORBIDDEN', `${method} ${path}`);
      }
    }
  }
});

test('a key that is bound to models starts no job, schedule or upload of others', async () => {
  const { primary } = await keysOf('bound-jobs', { role: 'Contributor', services: ['cars'] });
  const refused = async (path: string, sent: object) => {
    assert.equal(codeOf(await app.call(primary, path, sent), 403), 'SCORE_ERR_ACCESS_FORBIDDEN', path);
  };
  await refused('/jobs?service=add', { headers: { 'content-type': 'text/csv' }, body: 'a,b\n1,2\n' });
  await refused('/jobs?services=cars,add', csv);
  await refused('/uploads', { body: { service: 'add', fileName: 'a.csv' } });
  await refused('/services/cars/schedules/a', {
    method: 'PUT',
    body: { cron: '0 0 2 * * *', input: { prefix: 'in/' }, services: ['cars', 'add'] },
  });
  const id = await submit(primary);
  assert.equal((await app.call(primary, `/jobs/${id}`)).status, 200);
  await app.call(as('olga'), '/keys/bound-jobs', {
    method: 'PUT',
    body: { role: 'Reader', services: ['add'] },
  });
  await refused(`/jobs/${id}/rerun`, { method: 'POST' });
});

test('whether a model exists is not told to who may not call it', async () => {
  const { primary } = await keysOf('curious', { role: 'Reader', services: ['cars'] });
  const texts = await Promise.all(
    ['add', 'odd'].map(async (model) => {
      const { detail } = jsonOf(await app.call(primary, `/v2/models/${model}`), 403);
      return String(detail).replace(model, '');
    }),
  );
  assert.equal(texts[0], texts[1]);
});
