import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { InputError, MLServer, MLServerError } from '../../client/src/index.js';
import { startStubServer, type StubAnswer } from './stubServer.js';

async function errorOf(t: Parameters<typeof startStubServer>[0], answer: StubAnswer): Promise<MLServerError> {
  const { url } = await startStubServer(t, () => answer);
  const error: unknown = await new MLServer(url).listServices().catch((thrown: unknown) => thrown);
  assert.ok(error instanceof MLServerError);
  return error;
}

test('an error has status, code, request id, text and body of the answer', async (t) => {
  const body = {
    message: 'no such thing',
    code: 404,
    errorCode: 'SCORE_ERR_X',
    error: 'other',
    detail: 'other',
  };
  const error = await errorOf(t, { status: 404, headers: { 'x-request-id': 'r1' }, body });
  const { status, code, requestId, message } = error;
  assert.deepEqual(
    { status, code, requestId, message },
    {
      status: 404,
      code: 'SCORE_ERR_X',
      requestId: 'r1',
      message: 'no such thing',
    },
  );
  assert.deepEqual(error.body, body);
  // bodies may quote what was sent: they do not go to logs by themselves
  assert.doesNotMatch(inspect(error), /errorCode/);
});

test('an error of our own routes has its code as a text', async (t) => {
  const { code, message } = await errorOf(t, { status: 422, body: { code: 'SCORE_ERR_Y', detail: 'said' } });
  assert.deepEqual({ code, message }, { code: 'SCORE_ERR_Y', message: 'said' });
});

test('an error without a body takes its code from the header and names the call', async (t) => {
  const error = await errorOf(t, { status: 500, headers: { 'x-ms-error-code': 'SCORE_ERR_Z' }, body: '' });
  assert.equal(error.code, 'SCORE_ERR_Z');
  assert.equal(error.message, 'GET /services was answered with status 500');
  assert.equal(error.body, '');
});

test('a success that is no JSON is an error that keeps the text', async (t) => {
  const error = await errorOf(t, { body: '<html>' });
  assert.equal(error.message, 'GET /services was answered with something that is no JSON');
  assert.deepEqual([error.status, error.body], [200, '<html>']);
});

test('an address where nobody listens is an error with status 0', async () => {
  const error: unknown = await new MLServer('http://127.0.0.1:1')
    .listServices()
    .catch((thrown: unknown) => thrown);
  assert.ok(error instanceof MLServerError);
  assert.deepEqual([error.status, error.code], [0, 'CLIENT_NO_ANSWER']);
  assert.ok(error.cause instanceof Error);
});

test('a GET that is answered 503 with Retry-After is repeated, at most three times', async (t) => {
  const busy = { status: 503, headers: { 'retry-after': '0' } };
  const answers: StubAnswer[] = [busy, busy, busy, { body: [] }];
  const { url, seen } = await startStubServer(t, () => answers.shift() ?? busy);
  const server = new MLServer(url);
  assert.deepEqual(await server.listServices(), []);
  assert.equal(seen.length, 4);
  await assert.rejects(server.listServices(), { status: 503, retryAfterS: 0 });
  assert.equal(seen.length, 8);
});

const final: readonly (readonly [string, 'GET' | 'DELETE', StubAnswer])[] = [
  ['a call that changes something', 'DELETE', { status: 503, headers: { 'retry-after': '0' } }],
  ['a 503 that names no time', 'GET', { status: 503 }],
  ['a 503 that names a long time', 'GET', { status: 503, headers: { 'retry-after': '31' } }],
  ['another fault', 'GET', { status: 500, headers: { 'retry-after': '0' } }],
];

for (const [name, method, answer] of final) {
  test(`not repeated: ${name}`, async (t) => {
    const { url, seen } = await startStubServer(t, () => answer);
    const server = new MLServer(url);
    const call = method === 'GET' ? server.listServices() : server.deleteService('cars', { version: '1' });
    await assert.rejects(call, MLServerError);
    assert.equal(seen.length, 1);
  });
}

test('a call ends with the reason of its signal, also while it waits to be repeated', async (t) => {
  const waits = new AbortController();
  const { url } = await startStubServer(t, ({ path }) => {
    if (path === '/services') return undefined;
    setImmediate(() => {
      waits.abort(new Error('enough'));
    });
    return { status: 503, headers: { 'retry-after': '30' } };
  });
  const server = new MLServer(url);
  const silent = new AbortController();
  const call = server.listServices(undefined, { signal: silent.signal });
  silent.abort(new Error('no more'));
  await assert.rejects(call, /no more/);
  await assert.rejects(server.listServices('cars', { signal: waits.signal }), /enough/);
  await assert.rejects(
    server.listServices('cars', { signal: AbortSignal.abort(new Error('before')) }),
    /before/,
  );
});

test('a call ends when its time is over: that of the call, else that of the client', async (t) => {
  const { url } = await startStubServer(t, () => undefined);
  const timeout = { name: 'TimeoutError', message: 'no answer within 1 ms' };
  await assert.rejects(new MLServer(url).listServices(undefined, { timeoutMs: 1 }), timeout);
  await assert.rejects(new MLServer(url, { timeoutMs: 1 }).listServices(), timeout);
  await assert.rejects(
    new MLServer(url, { auth: { username: 'a', password: 'b' }, timeoutMs: 1 }).login(),
    timeout,
  );
});

test('the fetch of the caller is taken', async () => {
  const asked: string[] = [];
  const fetch = (input: string | URL | Request) => {
    asked.push(input instanceof Request ? input.url : input.toString());
    return Promise.resolve(new Response('[]'));
  };
  assert.deepEqual(await new MLServer('http://scoring.example/base//', { fetch }).listServices(), []);
  assert.deepEqual(asked, ['http://scoring.example/base/services']);
});

for (const host of ['', 'localhost:7071', 'ftp://example.org', '/services']) {
  test(`'${host}' is no address`, () => {
    assert.throws(() => new MLServer(host), InputError);
  });
}

test('names are one segment of the path, whatever they have in them', async (t) => {
  const { url, lines } = await startStubServer(t, () => ({ body: [] }));
  const server = new MLServer(url);
  await server.listServices('a/b?c#d', { version: '1 %2e' });
  assert.deepEqual(lines(), ['GET /services/a%2Fb%3Fc%23d/1%20%252e']);
  for (const name of ['', '.', '..']) await assert.rejects(server.listServices(name), InputError);
  await assert.rejects(server.listServices(undefined, { version: '1' }), InputError);
  assert.equal(lines().length, 1);
});
