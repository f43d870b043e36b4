import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnavailableFunction } from '../../local/triggers.js';
import { send, type RawRequest } from '../conformance/rawHttp.js';
import { startHost } from '../../local/host.js';
import { echoNames, makeApp, startApp } from './makeApp.js';
import { GATED, limits, makeGate } from './gate.js';
import { raw } from './raw.js';
import { TestClock } from '../support/testClock.js';

const functions = (code: string): { files: Record<string, string> } => ({
  files: { 'functions/f.js': code },
});
const HELLO = functions(echoNames({ hello: 'hello' }));

async function status(port: number, request: RawRequest): Promise<number | null> {
  return (await send(port, request)).status;
}

const nameAndTrigger = ({ name, trigger }: UnavailableFunction): string => `${name} ${trigger}`;

test('the home page stands at / until the setting gives it to a function', async (t) => {
  const app = functions(echoNames({ root: '/' }));
  await t.test('home page', async (t) => {
    const { port } = await startApp(t, app);
    const page = await send(port, { path: '/' });
    assert.equal(page.status, 200);
    assert.ok(page.headers.some(([name, value]) => name === 'content-type' && value === 'text/html'));
    assert.match(page.body.toString(), /^<!DOCTYPE html>/);
    assert.equal(await status(port, { path: '/', method: 'HEAD' }), 200);
    for (const method of ['POST', 'PUT', 'OPTIONS']) {
      assert.equal(await status(port, { path: '/', method }), 404);
    }
  });
  await t.test('function', async (t) => {
    const { port } = await startApp(t, { ...app, settings: { AzureWebJobsDisableHomepage: 'true' } });
    assert.equal((await send(port, { path: '/' })).body.toString(), 'root');
  });
  await t.test('no function', async (t) => {
    const { port } = await startApp(t, { ...HELLO, settings: { azurewebjobsdisablehomepage: 'True' } });
    assert.equal(await status(port, { path: '/' }), 204);
  });
});

test('the route prefix is api unless host.json or a setting gives another', async (t) => {
  await t.test('default', async (t) => {
    const { port, host } = await startApp(t, { ...HELLO, hostJson: { extensions: {} } });
    assert.equal(await status(port, { path: '/api/hello' }), 200);
    assert.deepEqual(host.functions, [{ name: 'hello', methods: ['GET'], route: '/api/hello' }]);
  });
  await t.test('setting', async (t) => {
    const settings = { AzureFunctionsJobHost__extensions__http__routePrefix: 'v1' };
    const { port } = await startApp(t, { ...HELLO, settings });
    assert.equal(await status(port, { path: '/v1/hello' }), 200);
    assert.equal(await status(port, { path: '/hello' }), 404);
  });
});

test('an address that is refused stops the start before any function runs', async (t) => {
  const app = functions(
    `app.timer('t', { schedule: '0 0 0 1 1 *', runOnStartup: true, handler: (_, context) => context.log('ran') });`,
  );
  const appDir = makeApp(t, app);
  const lines: string[] = [];
  const start = startHost({
    ...{ appDir, hostname: '127.0.0.1', port: 0, settings: {} },
    log: { log: (_level, _category, text) => void lines.push(text) },
    checkAddress: (address) => {
      throw new Error(`not ${address}`);
    },
  });
  await assert.rejects(start, /^Error: not 127\.0\.0\.1$/);
  assert.deepEqual(lines, []);
});

test('requests that could be read in two ways are refused', async (t) => {
  const { port } = await startApp(t, functions(echoNames({ hello: '{*any}' })));
  const request = (headers: string): Promise<string> =>
    raw(port, `POST /x HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
  for (const headers of [
    'Host: a\r\nHost: b\r\n',
    'Host: a\r\nHost: a\r\n',
    'Host: a b\r\n',
    'Host: a/b\r\n',
    'Host: a\r\nTransfer-Encoding: gzip, chunked\r\n',
    'Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
    'Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n',
    'Host: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n',
    'Host: a\r\nX-A : b\r\n',
    'Host: a\r\nX-A: \u00ff\r\n',
  ]) {
    assert.match(await request(headers), /^HTTP\/1\.1 400 /, JSON.stringify(headers));
  }
});

test('heads over the limits of the real web server are refused', async (t) => {
  const { port } = await startApp(t, HELLO);
  const many = Array.from({ length: 101 }, (_, i) => [`x-${i}`, '1'] as const);
  assert.equal(await status(port, { path: '/hello', headers: many }), 431);
  assert.equal(await status(port, { path: '/hello', headers: { 'x-long': 'x'.repeat(33_000) } }), 431);
  assert.equal(await status(port, { path: '/hello', headers: { 'x-long': 'x'.repeat(60_000) } }), 431);
  assert.equal(await status(port, { path: `/${'x'.repeat(9_000)}` }), 414);
  assert.equal(await status(port, { path: `/${'x'.repeat(60_000)}` }), 414);
});

test('a large body and a large answer pass whole over a connection that is kept', async (t) => {
  const code = `app.http('mirror', { methods: ['POST'], route: 'mirror', handler: async (r) => ({ body: await r.arrayBuffer() }) });`;
  const { port } = await startApp(t, functions(code));
  for (const length of [1, 32_767, 32_768, 32_769, 3_000_000]) {
    const body = Buffer.alloc(length, 'grüße');
    const answer = await fetch(`http://127.0.0.1:${port}/mirror`, { method: 'POST', body });
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(body), `${length} bytes`);
  }
});

test('a function that cannot run here is listed with its reason and stops nothing', async (t) => {
  const code = `${echoNames({ open: 'open', hyphen: '{x:long}' })}
    app.http('tunnel', { methods: ['GET', 'CONNECT'], route: 'tunnel', handler: () => ({}) });
    app.storageQueue('queued', { queueName: 'q', connection: '', handler: () => undefined });
    app.http('off', { methods: ['GET'], route: 'off', handler: () => ({}) });`;
  const { host, port, entries } = await startApp(t, {
    ...functions(code),
    settings: { 'AzureWebJobs.OFF.Disabled': '1', 'AzureWebJobs.queued.Disabled': 'true' },
  });
  assert.deepEqual(
    host.functions.map(({ name }) => name),
    ['open', 'tunnel'],
  );
  assert.deepEqual(host.unavailable.map(nameAndTrigger).sort(), [
    'hyphen httpTrigger',
    'queued queueTrigger',
  ]);
  const refused =
    'warning: hyphen (httpTrigger): route "{x:long}": constraint "long" is not available in the local host';
  assert.ok(entries.includes(refused), entries.join('\n'));
  assert.equal(await status(port, { path: '/open' }), 200);
  assert.equal(await status(port, { path: '/tunnel' }), 200);
  assert.ok(entries.some((entry) => entry.startsWith('warning: tunnel (httpTrigger): method CONNECT')));
  assert.match(await raw(port, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'), /^HTTP\/1\.1 404 /);
  assert.equal(await status(port, { path: '/off' }), 404);
});

test('hooks run in the order of their registration and may change inputs, handler and outcome', async (t) => {
  const code = `
    const seen = [];
    app.hook.appStart(() => { seen.push('start'); });
    app.hook.appTerminate(async () => { await 0; seen.push('terminate'); globalThis.hookOrder = seen; });
    app.hook.preInvocation((c) => { seen.push('pre 1 ' + c.invocationContext.functionName); c.hookData.a = 1; });
    app.hook.preInvocation((c) => { seen.push('pre 2 ' + c.hookData.a); const inner = c.functionHandler;
      if (c.invocationContext.functionName === 'changed') c.functionHandler = async (...args) => ({ ...(await inner(...args)), status: 201 }); });
    app.hook.postInvocation((c) => { seen.push('post ' + (c.error?.message ?? c.result?.body)); });
    app.hook.postInvocation((c) => { if (c.error?.message === 'cured') { c.error = null; c.result = { body: 'cured' }; } });
    app.hook.preInvocation(() => seen.push('never')).dispose();
    app.hook.log((c) => { if (c.category === 'user') c.message = 'changed ' + c.message; });
    app.http('changed', { methods: ['GET'], route: 'changed', handler: (r, context) => { context.warn('text'); return { body: 'x' }; } });
    app.http('fails', { methods: ['GET'], route: 'fails', handler: () => { throw new Error('lost'); } });
    app.http('cures', { methods: ['GET'], route: 'cures', handler: () => { throw new Error('cured'); } });`;
  const { host, port, entries } = await startApp(t, functions(code));
  assert.equal(await status(port, { path: '/changed' }), 201);
  assert.equal(await status(port, { path: '/fails' }), 500);
  assert.equal((await send(port, { path: '/cures' })).body.toString(), 'cured');
  await host.stop(1000);
  const pre = (name: string): string[] => [`pre 1 ${name}`, 'pre 2 1'];
  const expected = [
    'start',
    ...pre('changed'),
    'post x',
    ...pre('fails'),
    'post lost',
    ...pre('cures'),
    'post cured',
  ];
  assert.deepEqual((globalThis as { hookOrder?: unknown }).hookOrder, [...expected, 'terminate']);
  assert.ok(entries.includes('warning: changed text'));
  assert.ok(entries.some((entry) => entry.startsWith('error: Executed (Failed): Error: lost')));
});

test('what does not work on the real host answers 500 and says why in the log', async (t) => {
  const code = `const answers = { a: { headers: { 'Content-Length': '3' }, body: 'abc' }, b: { enableContentNegotiation: true },
      c: { headers: [['set-cookie', 'a=1'], ['Set-Cookie', 'b=2']] }, d: { headers: { 'set-cookie': 'a=1' } } };
    app.http('answer', { methods: ['GET'], route: '{kind}', handler: (r) => answers[r.params.kind] });`;
  const { port, entries } = await startApp(t, functions(code));
  for (const kind of ['a', 'b', 'c']) assert.equal(await status(port, { path: `/${kind}` }), 500);
  assert.equal(await status(port, { path: '/d' }), 200);
  for (const row of ['4.13/19', '4.13/21', '4.13/20']) {
    assert.ok(
      entries.some((entry) => entry.startsWith('error') && entry.includes(`Not portable (${row})`)),
      row,
    );
  }
});

test('requests over the limits get 429, others wait their turn', async (t) => {
  const gate = makeGate(t);
  const { port } = await startApp(t, { ...functions(GATED), hostJson: limits(1, 2) });
  const pending = Array.from({ length: 4 }, () => send(port, { path: '/gated' }));
  const rejections = Promise.withResolvers<undefined>();
  let rejectedCount = 0;
  for (const answer of pending) {
    void answer.then(() => {
      rejectedCount += 1;
      if (rejectedCount === 2) rejections.resolve(undefined);
    });
  }
  await rejections.promise;
  assert.equal(await status(port, { path: '/none' }), 429);
  assert.equal(await status(port, { path: '/admin/host/ping' }), 200);
  assert.equal(await status(port, { path: '/' }), 200);
  gate.open();
  const all = await Promise.all(pending);
  assert.deepEqual(all.map((answer) => answer.status).sort(), [200, 200, 429, 429]);
  const rejected = all.find((answer) => answer.status === 429);
  assert.ok(rejected?.headers.some(([name, value]) => name === 'x-function-scaleout' && value === '1'));
  assert.equal(await status(port, { path: '/none' }), 404);
});

test('a function over its time gets 500, and what it returns later goes nowhere', async (t) => {
  const gate = makeGate(t);
  const clock = new TestClock();
  const { host, port, entries } = await startApp(t, {
    ...functions(GATED),
    hostJson: { functionTimeout: '00:00:03' },
    clock,
  });
  const late = raw(port, 'GET /gated HTTP/1.1\r\nHost: a\r\n\r\n');
  await gate.entered;
  clock.move(2_500);
  assert.ok(!entries.some((entry) => entry.includes('4.13/14')));
  clock.move(1_000);
  assert.ok(entries.some((entry) => entry.includes('4.13/14')));
  gate.open();
  await host.stop(1000);
  assert.match(await late, /^HTTP\/1\.1 500 /);
  assert.equal((await late).match(/HTTP\/1\.1/g)?.length, 1);
  assert.ok(!entries.some((entry) => entry.includes('could not be made')), entries.join('\n'));
  assert.equal(clock.alarms, 0);
});

test('the port is told to the functions, and levels count for a log of the caller', async (t) => {
  const code = `app.http('where', { methods: ['GET'], route: 'where', handler: (r, context) => {
    context.debug('seen'); context.error('hidden'); return { body: process.env.WEBSITE_HOSTNAME }; } });`;
  const { port, entries } = await startApp(t, {
    ...functions(code),
    hostJson: { logging: { logLevel: { default: 'None', 'Function.WHERE': 'Debug' } }, nonsense: 1 },
  });
  assert.equal((await send(port, { path: '/where' })).body.toString(), `localhost:${port}`);
  assert.deepEqual(entries, ['debug: seen', 'error: hidden']);
});
