import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonOf, send } from '../../support/http.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { startApp } from '../../support/startApp.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();

test('without storage the batch routes say so', async () => {
  const { url } = await startApp(file, fixturesDir(file, 'add'));
  const base = `${url}/api/add/1.0.0/batch`;
  const calls: readonly (readonly [method: string, path: string])[] = [
    ['POST', ''],
    ['GET', ''],
    ['GET', '/a'],
    ['DELETE', '/a'],
    ['GET', '/a/0/files'],
    ['GET', '/a/0/files/answer.csv'],
  ];
  for (const [method, path] of calls) {
    const answer = await send(`${base}${path}`, {
      method,
      ...(method === 'POST' ? { body: [{ a: 1, b: 2 }] } : {}),
    });
    assert.equal(jsonOf(answer, 503).errorCode, 'SCORE_ERR_STORAGE_MISSING', `${method} ${path}`);
  }
});
