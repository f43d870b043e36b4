import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { WebhookAnswer, WebhookHandler, WebhookRequest } from '../../../local/http/webhook.js';
import type { StartedTriggers } from '../../../local/startTriggers.js';
import { KEYS } from '../../conformance/keys.js';
import { send, type RawAnswer, type RawRequest } from '../../conformance/rawHttp.js';
import { emptyServer } from '../emptyServer.js';

const BASE = '/runtime/webhooks/durabletask';
const { host, master, system } = KEYS;
const KEY = `?code=${system.durabletask_extension}`;

interface Served {
  readonly port: number;
  readonly entries: readonly string[];
  /** Lets the requests in. */
  readonly open: () => void;
}

async function serve(t: TestContext, triggers: Partial<StartedTriggers>): Promise<Served> {
  const { paths, handler, http, entries } = await emptyServer(t);
  paths.triggers = { listeners: [], webhooks: new Map(), byHand: new Map(), ...triggers };
  const started = Promise.withResolvers<undefined>();
  handler.starting = started.promise;
  const open = (): void => {
    started.resolve(undefined);
  };
  return { port: http.address.port, entries, open };
}

function webhooks(handler: WebhookHandler): Partial<StartedTriggers> {
  return { webhooks: new Map([['durabletask', handler]]) };
}

const header = ({ headers }: RawAnswer, name: string): string | undefined =>
  headers.find(([key]) => key === name)?.[1];

test('an extension gets a request as it came, and its answer is sent with its length', async (t) => {
  const seen: WebhookRequest[] = [];
  const answer: WebhookAnswer = { status: 202, headers: ['Location', '/x'], body: Buffer.from('done') };
  const { port, open } = await serve(
    t,
    webhooks((request) => {
      seen.push(request);
      return Promise.resolve(answer);
    }),
  );
  open();
  const path = `/Runtime/Webhooks/DurableTask/instances/a%20b${KEY}&x=1&x=2`;
  const got = await send(port, { method: 'POST', path, body: '{}', headers: { Host: 'a:1', 'X-A': 'b' } });
  assert.equal(got.status, 202);
  assert.equal(got.body.toString(), 'done');
  assert.equal(header(got, 'content-length'), '4');
  assert.equal(header(got, 'location'), '/x');
  const [first] = seen;
  assert.ok(first);
  const { headers, body, query, ...request } = first;
  const url = `http://a:1${path}`;
  assert.deepEqual(request, { method: 'POST', path: '/instances/a b', origin: 'http://a:1', url });
  assert.deepEqual({ ...query }, { code: system.durabletask_extension, x: '1,2' });
  assert.equal(headers['x-a'], 'b');
  assert.equal(body?.toString(), '{}');

  await send(port, { method: 'POST', path: `${BASE}${KEY}`, chunks: ['ab', 'c'] });
  assert.equal(seen[1]?.path, '');
  assert.equal(seen[1].body?.toString(), 'abc');
  await send(port, {
    method: 'PUT',
    path: `${BASE}/x${KEY}`,
    body: 'later',
    expect100: true,
    headers: { Expect: '100-continue' },
  });
  assert.equal(seen[2]?.body?.toString(), 'later');
  await send(port, { path: `${BASE}/x${KEY}` });
  assert.equal(seen[3]?.body, undefined);
});

test('an extension opens to its own system key and the master key', async (t) => {
  const { port, open } = await serve(
    t,
    webhooks(() => Promise.resolve({ status: 200, headers: [] })),
  );
  open();
  for (const [code, status] of [
    [system.durabletask_extension, 200],
    [master, 200],
    [host, 403],
    [system.blobs_extension, 403],
    ['wrong', 401],
    ['', 401],
  ] as const) {
    const answer = await send(port, { path: `${BASE}/instances?code=${code}` });
    assert.equal(answer.status, status, code);
    assert.equal(header(answer, 'www-authenticate'), status === 401 ? 'Bearer' : undefined);
    assert.equal(header(answer, 'content-length'), '0');
  }
  assert.equal((await send(port, { path: `/runtime/webhooks/blobs?code=${master}` })).status, 404);
});

test('a body over the limit and an extension that fails are answered with an empty 500', async (t) => {
  let calls = 0;
  const { port, open, entries } = await serve(
    t,
    webhooks(() => {
      calls += 1;
      return Promise.reject(new Error('lost'));
    }),
  );
  open();
  const status = async (request: RawRequest) =>
    (await send(port, { method: 'POST', path: `${BASE}/x${KEY}`, ...request })).status;
  assert.equal(await status({ body: 'x'.repeat(101) }), 500);
  assert.equal(await status({ chunks: ['x'.repeat(60), 'x'.repeat(60)] }), 500);
  assert.equal(calls, 0);
  assert.equal(await status({ body: 'x'.repeat(100) }), 500);
  assert.equal(calls, 1);
  assert.ok(entries.some((entry) => entry.includes('lost')));
});

test('requests wait until the triggers have started', async (t) => {
  const { port, open } = await serve(t, {});
  let answered = false;
  const waiting = send(port, { path: '/admin/host/ping' }).finally(() => (answered = true));
  const { status } = await send(port, { rawBytes: 'no HTTP\r\n\r\n' });
  assert.equal(status, 400);
  assert.equal(answered, false);
  open();
  assert.equal((await waiting).status, 200);
});

test('a function runs by hand with its input, or the log says that it does not', async (t) => {
  const ran = Promise.withResolvers<string>();
  const byHand = new Map([
    [
      'job',
      (input: string) => {
        ran.resolve(input);
        return Promise.reject(new Error('failed by hand'));
      },
    ],
  ]);
  const call = async (port: number, body: string, type = 'application/json; charset=utf-8') => {
    const headers = { 'Content-Type': type, 'x-functions-key': master };
    return (await send(port, { method: 'POST', path: '/admin/functions/JOB', body, headers })).status;
  };
  await t.test('with one who runs it', async (t) => {
    const { port, open, entries } = await serve(t, { byHand });
    open();
    for (const body of ['', '{', 'null', '{"input":{}}']) assert.equal(await call(port, body), 400);
    assert.equal(await call(port, '{}', 'text/plain'), 415);
    assert.equal(await call(port, '{"input":"in/x"}'), 202);
    assert.equal(await ran.promise, 'in/x');
    assert.deepEqual(entries, ['error: The run by hand failed: Error: failed by hand']);
  });
  await t.test('with none', async (t) => {
    const { port, open, entries } = await serve(t, {});
    open();
    assert.equal(await call(port, '{}'), 202);
    assert.match(entries[0] ?? '', /^warning: Not run by hand in the local host/);
  });
});
