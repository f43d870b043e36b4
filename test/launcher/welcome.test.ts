import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import {
  describeFirstUser,
  describeModels,
  exampleCall,
  listModels,
  loginCall,
} from '../../local/welcome.js';

type Answers = Readonly<Record<string, unknown>>;

/** A host that answers these paths; the list may change from call to call. */
async function serve(t: TestContext, answers: (call: number) => Answers): Promise<string> {
  let calls = 0;
  const server = createServer((request, response) => {
    const answer = answers(calls++)[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const listed = (name: string, version: string, state = 'READY', reason?: string) =>
  reason === undefined ? { name, version, state } : { name, version, state, reason };

test('models are told when their first check is done', async (t) => {
  const url = await serve(t, (call) => ({
    '/v2/models': { index: [listed('a', '1', call < 2 ? 'LOADING' : 'READY')] },
  }));
  assert.deepEqual(await listModels(url), [listed('a', '1')]);
});

test('versions that can be called share a line, others tell their reason', () => {
  const index = [listed('a', '1'), listed('a', '2'), listed('b', '1', 'UNAVAILABLE', 'model.onnx is empty')];
  assert.deepEqual(describeModels(index), ['  a 1, 2', '  b 1 UNAVAILABLE: model.onnx is empty']);
});

test('the example is the first ready model of at most 4 columns that all have examples', async (t) => {
  const columns = (...names: readonly string[]) => ({
    columns: names.map((name) => ({ name, example: 120 })),
  });
  const url = await serve(t, () => ({
    '/v2/models/gap/versions/1': { columns: [{ name: 'x', example: 1 }, { name: 'y' }] },
    '/v2/models/wide/versions/1': columns('a', 'b', 'c', 'd', 'e'),
    '/v2/models/few/versions/1': columns('hp'),
    '/v2/models/later/versions/1': columns('x'),
    '/v2/models/tensor/versions/1': { inputs: [] },
  }));
  const index = ['gap', 'tensor', 'wide', 'few', 'later'].map((name) => listed(name, '1'));
  const address = `${url}/api/few/1`;
  assert.equal(
    await exampleCall(url, [listed('broken', '1', 'UNAVAILABLE'), ...index], { platform: 'linux' }),
    `curl -s ${address} -H "content-type: application/json" -d "{\\"hp\\":120}"`,
  );
  assert.equal(
    await exampleCall(url, index, { platform: 'win32' }),
    `Invoke-RestMethod ${address} -Method Post -ContentType application/json -Body '{"hp":120}'`,
  );
  assert.match((await exampleCall(url, index.slice(0, 3))) ?? '', /\/api\/wide\/1 /, 'better than none');
  assert.equal(await exampleCall(url, index.slice(0, 2)), undefined);
});

test('what a shell would replace is put between single quotes', async (t) => {
  const url = await serve(t, () => ({
    '/v2/models/m/versions/1': { columns: [{ name: 'a', example: "$5 isn't" }] },
  }));
  const call = await exampleCall(url, [listed('m', '1')], { platform: 'linux' });
  assert.ok(call?.endsWith(String.raw`-d '{"a":"$5 isn'\''t"}'`), call);
});

test('where access is on the host is asked with a token, which the example leaves to be filled in', async (t) => {
  const shown: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    shown.push(request.headers.authorization);
    const isList = request.url === '/v2/models';
    const answer = isList ? { index: [listed('m', '1')] } : { columns: [{ name: 'x', example: 1 }] };
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const models = await listModels(url, 'abc');
  const call = await exampleCall(url, models, { token: 'abc', platform: 'linux' });
  assert.deepEqual(shown, ['Bearer abc', 'Bearer abc']);
  assert.ok(call?.endsWith('-d "{\\"x\\":1}" -H "authorization: Bearer <access_token>"'), call);
  const windows = await exampleCall(url, models, { token: 'abc', platform: 'win32' });
  assert.ok(windows?.endsWith(`-Body '{"x":1}' -Headers @{authorization='Bearer <access_token>'}`), windows);
});

test('the login is shown as a command without a header', () => {
  assert.equal(
    loginCall('http://127.0.0.1:1', 'linux'),
    'curl -s http://127.0.0.1:1/login -H "content-type: application/json" ' +
      String.raw`-d "{\"username\":\"admin\",\"password\":\"...\"}"`,
  );
});

test('the first user is told with the reason to keep the password', () => {
  const user = { name: 'admin', password: 'abc' };
  assert.equal(describeFirstUser(user, 'on'), 'user: admin, password: abc (shown this once)');
  assert.equal(
    describeFirstUser(user, 'off'),
    'user: admin, password: abc (shown this once, needed with --require-login)',
  );
});
