import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { modelsDirWith } from '../support/modelsDir.js';
import { routeConflicts, type ServedFunction } from '../support/routeConflicts.js';
import { startApp, type RunningApp } from '../support/startApp.js';
import { fileCleanUp } from '../support/temporaryDir.js';

const file = fileCleanUp();
let app: RunningApp;

before(async () => {
  app = await startApp(file, modelsDirWith(file, {}));
});

const served = (name: string, route: string, methods = ['GET']): ServedFunction => ({ name, route, methods });

test('of two templates that match one URL the more special one comes first in the order of function names', () => {
  assert.deepEqual(routeConflicts(app.host.functions), []);
});

test('every function that is registered is served', () => {
  assert.deepEqual(app.host.unavailable, []);
  const routes = app.host.functions.map(({ route }) => route);
  for (const route of [
    '/api/{name}/{version}',
    '/v2',
    '/v2/health/live',
    '/v2/models',
    '/v2/models/{model}/infer',
  ]) {
    assert.ok(routes.includes(route), route);
  }
});

test('the check finds a general template that comes before a special one', () => {
  const general = served('a', '/v2/models/{model}');
  const special = served('b', '/v2/models/stats');
  assert.equal(routeConflicts([general, special]).length, 1);
  assert.deepEqual(routeConflicts([served('z', general.route), special]), []);
});

test('the check finds templates of which neither is more special, and equal ones', () => {
  assert.equal(routeConflicts([served('a', '/x/{m}/y'), served('b', '/x/z/{n}')]).length, 1);
  assert.equal(routeConflicts([served('a', '/x/{m}'), served('b', '/X/{n}')]).length, 1);
});

test('the check sees optional and greedy segments, and methods', () => {
  assert.equal(routeConflicts([served('a', '/x/{*rest}'), served('b', '/x/y/z')]).length, 1);
  assert.equal(routeConflicts([served('a', '/x/{m?}'), served('b', '/x')]).length, 1);
  assert.deepEqual(routeConflicts([served('a', '/x/{m}', ['POST']), served('b', '/x/y', ['GET'])]), []);
  assert.deepEqual(routeConflicts([served('a', '/x/{m}'), served('b', '/x/{m}/y')]), []);
});
