import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpCall } from '../../../shared/http/httpCall.js';
import { readJsonBody } from '../../../shared/http/readJsonBody.js';
import { requestIdOf } from '../../../shared/http/requestId.js';
import { utf8 } from '../../support/bytes.js';
import { expectRejection } from '../../support/expectFault.js';

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function call({ headers = {}, body = '{}' }: Sent): HttpCall {
  return {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    params: {},
    header: (name) => headers[name],
    body: () => Promise.resolve(utf8(body)),
  };
}

const read = (sent: Sent) => readJsonBody(call(sent), 10);

test('JSON types are taken, with parameters, in any letter case, and without a type', async () => {
  const types = [
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json ;x=y',
    'application/problem+json',
    'application/vnd.a-b.c+json',
  ];
  for (const type of types) assert.equal((await read({ headers: { 'content-type': type } })).length, 2, type);
  assert.equal((await read({})).length, 2);
});

test('other types and encoded bodies are refused', async () => {
  for (const type of [
    'text/plain',
    'application/jsonx',
    'application/x-www-form-urlencoded',
    'text/json',
    '',
    'application/json, text/plain',
  ]) {
    await expectRejection(read({ headers: { 'content-type': type } }), { code: 'SCORE_ERR_BODY_MEDIA_TYPE' });
  }
  await expectRejection(read({ headers: { 'content-encoding': 'gzip' } }), {
    code: 'SCORE_ERR_BODY_MEDIA_TYPE',
    message: 'gzip',
  });
  assert.equal((await read({ headers: { 'content-encoding': 'Identity' } })).length, 2);
});

test('a body over the limit is refused by its announced and by its real length', async () => {
  const message = 'expected at most 10 bytes, got 11';
  const announced = call({ headers: { 'content-length': '11' } });
  const unread = { ...announced, body: () => assert.fail('the body was read') };
  await expectRejection(readJsonBody(unread, 10), { code: 'SCORE_ERR_BODY_TOO_LARGE', message });
  await expectRejection(read({ body: 'x'.repeat(11) }), { code: 'SCORE_ERR_BODY_TOO_LARGE', message });
  assert.equal((await read({ headers: { 'content-length': '10' }, body: 'x'.repeat(10) })).length, 10);
});

test('no body and a body without length are told apart', async () => {
  await expectRejection(read({ body: '' }), { code: 'SCORE_ERR_BODY_EMPTY' });
  const chunked = { headers: { 'transfer-encoding': 'chunked' }, body: '' };
  await expectRejection(read(chunked), { code: 'SCORE_ERR_BODY_LENGTH_REQUIRED' });
});

test('a request id is taken when headers and log lines can carry it', () => {
  const newId = () => 'new';
  for (const id of ['a', 'x'.repeat(100), '!~', '00-4bf9-01']) assert.equal(requestIdOf(id, newId), id);
  for (const id of [undefined, '', 'a b', 'é', 'x'.repeat(101), 'a\nb', '\u007f']) {
    assert.equal(requestIdOf(id, newId), 'new');
  }
});
