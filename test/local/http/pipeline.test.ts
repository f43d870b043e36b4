import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { send } from '../../conformance/rawHttp.js';
import { GATED, limits, makeGate } from '../gate.js';
import { echoNames, startApp } from '../makeApp.js';
import { raw } from '../raw.js';

const GOOD = 'GET /gated HTTP/1.1\r\nHost: a\r\n\r\n';
const statuses = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code = '']) => code);

test('what stands behind a refused request on its connection does not run', async (t) => {
  const gate = makeGate(t);
  gate.open();
  const { port } = await startApp(t, { files: { 'functions/f.js': GATED } });
  for (const head of [
    'Host: a\r\nHost: b\r\n\r\n',
    'Host: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    'Host: a\r\nX-A: \u00ff\r\n\r\n',
    'Host: a/b\r\n\r\n',
  ]) {
    assert.deepEqual(
      statuses(await raw(port, `POST /gated HTTP/1.1\r\n${head}${GOOD}${GOOD}`)),
      ['400'],
      head,
    );
  }
  assert.equal(gate.entries(), 0);
  assert.deepEqual(statuses(await raw(port, `${GOOD}GET /gated HTTP/1.1\r\nHost: a b\r\n\r\n${GOOD}`)), [
    '200',
    '400',
  ]);
  assert.equal(gate.entries(), 1);
});

test('a good request is answered although garbage stands behind it, and the garbage after it', async (t) => {
  const gate = makeGate(t);
  const files = { 'functions/f.js': `${GATED}\n${echoNames({ quick: 'quick' })}` };
  const { port } = await startApp(t, { files });
  const quick = 'GET /quick HTTP/1.1\r\nHost: a\r\n\r\n';
  const answers = raw(port, `${GOOD}${quick}${quick}no request\r\n\r\nmore of it\r\n\r\n${quick}`);
  await gate.entered;
  gate.open();
  const text = await answers;
  assert.deepEqual(statuses(text), ['200', '200', '200', '400']);
  assert.match(text, /passed[^]*quick[^]*quick[^]*400 Bad Request/);
  assert.deepEqual(statuses(await raw(port, `${quick}CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n`)), [
    '200',
    '404',
  ]);
});

test('a caller who leaves while the upload waits for its turn holds up nobody', async (t) => {
  for (const body of ['Content-Length: 9\r\n\r\n1', 'Transfer-Encoding: chunked\r\n\r\n9\r\n1']) {
    await t.test(body.slice(0, 8), async (t) => {
      const gate = makeGate(t);
      const { port } = await startApp(t, { files: { 'functions/f.js': GATED }, hostJson: limits(1, 2) });
      const first = send(port, { path: '/gated' });
      await gate.entered;
      const upload = connect(port, '127.0.0.1', () => {
        upload.write(`POST /gated HTTP/1.1\r\nHost: a\r\n${body}`);
      });
      // It waits as soon as nobody else may.
      while ((await send(port, { path: '/none' })).status !== 429);
      upload.destroy();
      await once(upload, 'close');
      assert.equal((await send(port, { path: '/admin/host/ping' })).status, 200);
      gate.open();
      assert.equal((await first).status, 200);
      assert.equal((await send(port, { path: '/gated' })).status, 200);
    });
  }
});
