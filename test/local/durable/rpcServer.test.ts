import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { clientPayload } from '../../../local/durable/clientPayload.js';
import { answerManagement } from '../../../local/durable/managementApi.js';
import { startRpcServer, type RpcServer } from '../../../local/durable/rpcServer.js';
import { send } from '../../conformance/rawHttp.js';
import { HubUnderTest, LINKS } from './makeHub.js';

process.env.WEBSITE_HOSTNAME = 'localhost:7071';

async function startServer(t: TestContext, at: HubUnderTest, faults: unknown[] = []): Promise<RpcServer> {
  const server = await startRpcServer(
    () => LINKS,
    (request) =>
      answerManagement(at.hub, request).catch((error: unknown) => {
        faults.push(error);
        throw error;
      }),
  );
  t.after(() => server.close());
  return server;
}

/** The client that a function gets from the library. */
function clientOf(payload: string): df.DurableClient {
  const input = df.input.durableClient();
  const context = {
    options: { extraInputs: [input] },
    extraInputs: { get: () => JSON.parse(payload) as unknown },
  };
  return df.getClient(context as unknown as InvocationContext);
}

test('the client of durable-functions works with payload and server', async (t) => {
  const at = new HubUnderTest(t);
  const { baseUrl } = await startServer(t, at);
  const client = clientOf(clientPayload(LINKS, baseUrl));

  assert.equal(await client.startNew('chain', { instanceId: 'a' }), 'a');
  assert.equal(await client.startNew('waitOne', { instanceId: 'b', input: { n: [1] } }), 'b');
  assert.deepEqual([at.store.instance('a')?.input, at.store.instance('b')?.input], ['""', '{"n":[1]}']);
  await assert.rejects(
    client.startNew('chain', { instanceId: 'a' }),
    /status code: 500.*Pending already exists/,
  );
  await assert.rejects(client.startNew('chain', { version: '2' }), /4\.13\/17/);
  await assert.rejects(client.startNew('nope'), /status code: 400.*is not an orchestrator function/);

  at.episode('b', 'Running', null);
  await client.raiseEvent('b', 'Go', { v: 1 });
  await assert.rejects(client.raiseEvent('b', 'Go', undefined), /Invalid JSON content/);
  await client.suspend('b', 'a rest');
  at.episode('b', 'Suspended', 'a rest');
  await client.resume('b', 'on');
  await client.terminate('b', 'end');
  assert.deepEqual(
    at.store.inbox('b', 0).map(({ event }) => event.EventType),
    [20, 3],
  );
  await assert.rejects(client.raiseEvent('nobody', 'Go', 1), /No instance with ID 'nobody' found/);

  at.episode('b', 'Failed', 'text');
  const { runtimeStatus, output, input, createdTime } = await client.getStatus('b', { showInput: true });
  assert.deepEqual([runtimeStatus, output, input], ['Failed', 'text', { n: [1] }]);
  assert.equal(createdTime.getTime(), at.clock.wallMs());
  await assert.rejects(client.getStatus('nobody'), /404/);
  await assert.rejects(client.rewind('b', 'x'), /^Error: Not available in the local host: rewind/);
  await client.terminate('b', 'late');
  await assert.rejects(client.readEntityState(new df.EntityId('counter', 'a')), /501/);

  for (let i = 0; i < 150; i += 1) at.hub.start('chain', `many-${i}`, null);
  assert.equal((await client.getStatusAll()).length, 152);
  const found = await client.getStatusBy({ runtimeStatus: [df.OrchestrationRuntimeStatus.Failed] });
  assert.deepEqual(found.map(({ instanceId }) => instanceId), ['b']); // prettier-ignore
  assert.equal((await client.purgeInstanceHistory('b')).instancesDeleted, 1);
  assert.equal((await client.purgeInstanceHistory('b')).instancesDeleted, 0);
  at.episode('a', 'Completed', null);
  const purged = await client.purgeInstanceHistoryBy({ createdTimeFrom: new Date(0) });
  assert.equal(purged.instancesDeleted, 1);

  const urls = client.createHttpManagementPayload('c');
  assert.equal(
    urls.sendEventPostUri,
    `${LINKS.baseUrl}/instances/c/raiseEvent/{eventName}?taskHub=TestHub&connection=Storage&code=KEY%3D`,
  );
});

test('the addresses in an answer are public ones, the one of a status its own', async (t) => {
  const at = new HubUnderTest(t);
  const { baseUrl } = await startServer(t, at);
  const started = await fetch(`${baseUrl}orchestrators/chain/a`, { method: 'POST', body: '{}' });
  assert.equal(started.status, 202);
  assert.ok(started.headers.get('location')?.startsWith(`${LINKS.baseUrl}/instances/a?taskHub=`));
  const status = await fetch(`${baseUrl}instances/a?showInput=false`);
  assert.equal(status.headers.get('location'), `${baseUrl}instances/a?showInput=false`);
  const list = await fetch(`${baseUrl}instances/`);
  assert.equal(list.headers.get('x-ms-continuation-token'), '');
  assert.equal((await fetch(new URL('/instances/a', baseUrl))).status, 404);
  for (const [path, id] of [
    ['a%2Fb', 'a%2Fb'],
    ['gr%C3%BC%20%25', 'grü %'],
    ['%2541', '%41'],
  ] as const) {
    const response = await fetch(`${baseUrl}orchestrators/chain/${path}`, { method: 'POST' });
    assert.equal(((await response.json()) as { id: string }).id, id);
  }
});

test('callers from elsewhere and bodies over the limit are turned away', async (t) => {
  const at = new HubUnderTest(t);
  const { baseUrl } = await startServer(t, at);
  const port = Number(new URL(baseUrl).port);
  const path = '/durabletask/instances/';
  const ask = async (headers: [string, string][], body?: Buffer): Promise<number | null> =>
    (
      await send(port, {
        method: 'POST',
        path: '/durabletask/orchestrators/chain',
        headers,
        ...(body && { body }),
      })
    ).status;
  assert.equal(await ask([['Host', 'evil.example']]), 403);
  assert.equal(await ask([['Origin', 'https://evil.example']]), 403);
  assert.equal(await ask([['Sec-Fetch-Site', 'cross-site']]), 403);
  assert.equal(await ask([['Content-Length', String(17 * 1024 * 1024)]]), 413);
  assert.deepEqual(at.notified, []);
  assert.equal((await send(port, { path, headers: [['Host', `localhost:${port}`]] })).status, 200);
});

test('a close ends open connections and a caller that leaves is no fault', async (t) => {
  const at = new HubUnderTest(t);
  const faults: unknown[] = [];
  const server = await startServer(t, at, faults);
  const port = Number(new URL(server.baseUrl).port);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'POST /durabletask/orchestrators/chain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{',
  );
  await once(socket, 'connect');
  const waiting = fetch(`${server.baseUrl}orchestrators/chain?timeout=60&pollingInterval=60`, {
    method: 'POST',
  });
  while (at.notified.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([server.close(), assert.rejects(waiting), once(socket, 'close')]);
  at.clock.move(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([faults, at.clock.alarms], [[], 0]);
});
