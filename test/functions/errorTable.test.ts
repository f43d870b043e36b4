import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send } from '../support/http.js';
import { modelsDirWith } from '../support/modelsDir.js';
import { chunkedPost, sendRaw } from '../support/rawHttp.js';
import { startApp } from '../support/startApp.js';
import { fileCleanUp } from '../support/temporaryDir.js';
import { api, errorTable, hp, maxBodyBytes, v2, wt } from './errorRows.js';

const file = fileCleanUp();
let url = '';

before(async () => {
  const modelsDir = modelsDirWith(file, {
    'cars/1.0.0': { shipped: 'transmission/1.0.0' },
    'ids/1.0.0': { fixture: 'int64-identity' },
    'texts/1.0.0': { shipped: 'penguins/1.0.0' },
    'pick/1.0.0': { fixture: 'fails-at-run' },
    'broken/1.0.0': { fixture: 'truncated' },
  });
  ({ url } = await startApp(file, modelsDir, { WARMSTART_MAX_BODY_BYTES: String(maxBodyBytes) }));
});

for (const [path, rows] of Object.entries(errorTable)) {
  for (const [what, sent, status, code, part] of rows) {
    test(`${path}: ${what} is ${status} ${code}`, async () => {
      const answer = await send(`${url}${path}`, sent);
      const problem = jsonOf(answer, status);
      assert.equal(answer.headers.get('x-ms-error-code'), code, answer.text);
      assert.equal(path.startsWith('/api') ? problem.errorCode : problem.code, code);
      const detail = problem.detail;
      assert.ok(typeof detail === 'string' && detail.includes(part), `'${String(detail)}' lacks '${part}'`);
      assert.doesNotMatch(detail, /(?:^|\s)\/(?:tmp|work|home|var|onnxruntime)/);
    });
  }
}

test('after all of them the models still score', async () => {
  assert.ok('outputParameters' in jsonOf(await send(`${url}${api}`, { body: { hp: 120, wt: 2.8 } })));
  assert.ok('outputs' in jsonOf(await send(`${url}${v2}`, { body: { inputs: [hp, wt] } })));
});

for (const path of [api, v2]) {
  test(`${path}: a body without length is 411`, async () => {
    const answer = await sendRaw(url, chunkedPost(path, '{"hp":1,"wt":2}'));
    assert.match(answer, /^HTTP\/1\.1 411 /);
    assert.match(answer, /SCORE_ERR_BODY_LENGTH_REQUIRED/);
  });
}

test('/api: a run that fails is 200 with success false and the reason', async () => {
  const answer = jsonOf(await send(`${url}/api/pick/1.0.0`, { body: { x: 7 } }));
  assert.match(String(answer.errorMessage), /idx=7/);
  assert.deepEqual(
    { ...answer, errorMessage: '' },
    {
      success: false,
      errorMessage: '',
      outputParameters: {},
      outputFiles: {},
      consoleOutput: '',
      changedFiles: [],
    },
  );
});
