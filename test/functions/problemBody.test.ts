import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { errorCodes } from '../../shared/errors/codes.js';
import { jsonOf, send } from '../support/http.js';
import { fixturesDir } from '../support/modelsDir.js';
import { startApp, type RunningApp } from '../support/startApp.js';
import { fileCleanUp } from '../support/temporaryDir.js';

const file = fileCleanUp();
let app: RunningApp;
const api = () => `${app.url}/api/add/1.0.0`;
const v2 = () => `${app.url}/v2/models/add/infer`;
const wrong = { inputs: [{ name: 'a', datatype: 'FP32', shape: [2], data: [1, 'secret'] }] };

before(async () => {
  app = await startApp(file, fixturesDir(file, 'add', 'fails-at-run'));
});

test('a fault on /v2 has all members of the problem and the error text', async () => {
  const answer = await send(v2(), { body: wrong, headers: { 'x-request-id': 'mine-1' } });
  const message = "input 'a', row 1: expected a number, got a text";
  assert.deepEqual(jsonOf(answer, 400), {
    type: 'urn:warmstart:error:SCORE_ERR_INPUT_VALUE',
    title: errorCodes.SCORE_ERR_INPUT_VALUE.title,
    status: 400,
    detail: message,
    instance: '/v2/models/add/infer',
    code: 'SCORE_ERR_INPUT_VALUE',
    requestId: 'mine-1',
    errors: [{ code: 'SCORE_ERR_INPUT_VALUE', pointer: '/inputs/0/data/1', message, row: 1 }],
    error: message,
  });
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
});

test('a fault on /api has the members of Machine Learning Server, too', async () => {
  const answer = await send(api(), { body: { inputData: { a: [1, 'secret'], b: [1, 2] } } });
  const problem = jsonOf(answer, 400);
  const { code, errorCode, message, link, exceptionType, fields, errors, requestId, error } = problem;
  const expected = "input 'a', row 1: expected a number, got a text";
  assert.deepEqual(
    { code, errorCode, message, link, exceptionType, fields, error },
    {
      code: 400,
      errorCode: 'SCORE_ERR_INPUT_VALUE',
      message: expected,
      link: '',
      exceptionType: 'ScoringError',
      fields: '/inputData/a/1',
      error: expected,
    },
  );
  assert.equal(requestId, answer.headers.get('x-request-id'));
  assert.deepEqual(errors, [
    { code: 'SCORE_ERR_INPUT_VALUE', pointer: '/inputData/a/1', message: expected, row: 1 },
  ]);
});

test('values of the request are neither in the answer nor in the log', async () => {
  const answers = [await send(v2(), { body: wrong }), await send(api(), { body: { a: 'secret', b: 1 } })];
  answers.push(
    await send(v2(), { body: '{"inputs": secret}' }),
    await send(api(), { body: '{"a": "secret' }),
  );
  for (const { text } of answers) assert.doesNotMatch(text, /secret/);
  assert.doesNotMatch(app.log.lines.join('\n'), /secret/);
});

test('a request id is echoed on success and on failure, or made', async () => {
  for (const body of [{ a: 1, b: 2 }, { a: 'x' }]) {
    const given = await send(api(), { body, headers: { 'x-request-id': 'abc-123' } });
    assert.equal(given.headers.get('x-request-id'), 'abc-123');
    const ids = await Promise.all(
      [1, 2].map(async () => (await send(api(), { body })).headers.get('x-request-id')),
    );
    assert.match(ids[0] ?? '', /^[0-9a-f-]{36}$/);
    assert.notEqual(ids[0], ids[1]);
    const unusable = await send(api(), { body, headers: { 'x-request-id': 'x'.repeat(101) } });
    assert.match(unusable.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  }
});

test('a failed run is in the log with its request id', async () => {
  const headers = { 'x-request-id': 'find-me' };
  assert.equal((await send(`${app.url}/api/fails-at-run/1.0.0`, { body: { x: 9 }, headers })).status, 200);
  const lines = app.log.lines.filter((line) => line.includes('find-me'));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /SCORE_ERR_RUN_FAILED/);
});
