import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../../support/http.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { startApp, type RunningApp } from '../../support/startApp.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { jobModels } from './batchApp.js';
import { batchCalls } from './batchCalls.js';

const file = fileCleanUp();
let app: RunningApp;

before(async () => {
  app = await startApp(file, modelsDirWith(file, jobModels));
});

test('without storage every route of jobs says so, and scoring goes on', async () => {
  for (const { method, path, sent } of batchCalls) {
    const answer = await send(`${app.url}${path}`, { method, ...sent });
    const problem = jsonOf(answer, 503);
    assert.equal(problem.code, 'SCORE_ERR_STORAGE_MISSING', `${method} ${path}`);
    assert.match(String(problem.detail), /WARMSTART_STORAGE/);
    assert.equal(answer.headers.get('retry-after'), null);
  }
  const scored = await send(`${app.url}/api/cars/1.0.0`, { body: { hp: 110, wt: 2.62 } });
  assert.equal(scored.status, 200);
});

test('the calls above are all routes of jobs', () => {
  const routes = app.host.functions
    .filter(({ route }) => /^\/(?:jobs|uploads|services\/\{name\}\/schedules)/.test(route))
    .flatMap(({ route, methods }) => methods.map((method) => `${method} ${route}`));
  assert.deepEqual(batchCalls.map(({ method, route }) => `${method} ${route}`).sort(), routes.sort());
});
