import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes, statusOf, type ErrorCode } from '../../../shared/errors/codes.js';
import { problemOf } from '../../../shared/errors/problem.js';
import { fromErrorMessage, ScoringError, toErrorMessage } from '../../../shared/errors/scoringError.js';

const codes = Object.keys(errorCodes) as ErrorCode[];
const bodyOf = (error: ScoringError, contract: 'openInference' | 'consumption') =>
  JSON.parse(problemOf(error, contract, 'id-1', '/v2/models/m/infer').body) as Record<string, unknown>;

const places = [
  { pointer: '/inputs/0', message: 'wrong', row: 0 },
  { pointer: '/inputs/1', message: 'too' },
];
const error = new ScoringError('SCORE_ERR_INPUT_VALUE', 'two values are wrong', { places });

test('the body holds what RFC 9457 and the Open Inference Protocol ask for', () => {
  assert.deepEqual(bodyOf(error, 'openInference'), {
    type: 'urn:warmstart:error:SCORE_ERR_INPUT_VALUE',
    title: errorCodes.SCORE_ERR_INPUT_VALUE.title,
    status: 400,
    detail: 'two values are wrong',
    instance: '/v2/models/m/infer',
    code: 'SCORE_ERR_INPUT_VALUE',
    requestId: 'id-1',
    errors: places.map((place) => ({ code: 'SCORE_ERR_INPUT_VALUE', ...place })),
    error: 'two values are wrong',
  });
});

test('the consumption body adds the members of Machine Learning Server', () => {
  const { code, errorCode, message, link, exceptionType, fields } = bodyOf(error, 'consumption');
  assert.deepEqual(
    { code, errorCode, message, link, exceptionType, fields },
    {
      code: 400,
      errorCode: 'SCORE_ERR_INPUT_VALUE',
      message: 'two values are wrong',
      link: '',
      exceptionType: 'ScoringError',
      fields: '/inputs/0, /inputs/1',
    },
  );
});

test('rejected inputs are 422 on our own routes and 400 where a contract says so', () => {
  for (const code of codes.filter((one) => /_(REQUEST|INPUT|OUTPUT)_/.test(one))) {
    assert.deepEqual(
      [statusOf(code, 'warmstart'), statusOf(code, 'consumption'), statusOf(code, 'openInference')],
      [422, 400, 400],
      code,
    );
  }
});

test('retryable faults, and only they, say when to try again', () => {
  for (const code of codes) {
    const { headers } = problemOf(
      new ScoringError(code, 'x', { retryAfterS: 7 }),
      'openInference',
      'id',
      '/',
    );
    assert.equal(headers['retry-after'], errorCodes[code].retryable ? '7' : undefined, code);
    const unsaid = problemOf(new ScoringError(code, 'x'), 'openInference', 'id', '/').headers['retry-after'];
    assert.equal(unsaid, errorCodes[code].retryable ? '1' : undefined, code);
  }
});

test('every retryable fault is a 503 or a 429', () => {
  for (const code of codes)
    if (errorCodes[code].retryable) assert.ok([429, 503].includes(errorCodes[code].status));
});

test('a fault keeps code, text and places across a thread, and its cause for the log alone', () => {
  const sent = new ScoringError('SCORE_ERR_RUN_FAILED', 'shown', { places, cause: new Error('hidden') });
  const message = structuredClone(toErrorMessage(sent));
  const received = fromErrorMessage(message);
  assert.deepEqual([received.code, received.message, received.places], [sent.code, 'shown', places]);
  assert.equal((received.cause as Error).message, 'hidden');
});

test('what is no ScoringError crosses a thread without its text', () => {
  for (const thrown of [new TypeError('secret'), 'secret', { secret: 1 }, undefined]) {
    const message = toErrorMessage(thrown);
    assert.equal(message.code, 'SCORE_ERR_INTERNAL');
    assert.doesNotMatch(message.message, /secret/);
    assert.equal(typeof message.logText, 'string');
  }
});
