import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { send } from '../../support/http.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { startApp, type RunningApp } from '../../support/startApp.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { jobModels } from './batchApp.js';
import { batchCalls } from './batchCalls.js';

const file = fileCleanUp();
let app: RunningApp;

before(async () => {
  app = await startApp(file, modelsDirWith(file, jobModels), {}, { access: 'required' });
});

for (const { method, route, path, sent } of batchCalls) {
  test(`${method} ${route} is 401 without credentials, whatever the host has`, async () => {
    const answer = await send(`${app.url}${path}`, { method, ...sent });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('x-ms-error-code'), 'SCORE_ERR_ACCESS_DENIED');
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
    assert.doesNotMatch(answer.text, /WARMSTART_|storage|there is/);
  });
}
