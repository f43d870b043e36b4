import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { Exchange } from '../../../local/http/exchange.js';

const KEEP_ALIVE_MS = 60_000;
// More than the buffers of both ends hold.
const LARGE = Buffer.alloc(64 * 1024 * 1024);

/** A server that gives every caller a large answer, with a short limit for those who do not read it. */
async function serveLarge(
  t: TestContext,
  answerStallMs: number,
): Promise<{ port: number; response: Promise<ServerResponse> }> {
  const started = Promise.withResolvers<ServerResponse>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    new Exchange(request, response, false, answerStallMs).end({ status: 200, headers: [], body: LARGE });
    started.resolve(response);
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, response: started.promise };
}

const timeoutMs = ({ timeout }: Socket): number => timeout ?? 0;

test('a caller who does not read the answer loses the connection', async (t) => {
  const { port, response } = await serveLarge(t, 20);
  const caller = connect(port, '127.0.0.1', () => caller.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  caller.pause().on('error', () => undefined);
  t.after(() => caller.destroy());
  const stalled = await response;
  if (!stalled.closed) await once(stalled, 'close');
  assert.equal(stalled.writableFinished, false);
});

test('after an answer that was read the connection is kept as long as any other', async (t) => {
  const { port, response } = await serveLarge(t, 10_000);
  const agent = new Agent({ keepAlive: true });
  t.after(() => {
    agent.destroy();
  });
  const [answer] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [IncomingMessage];
  const socket = (await response).socket as Socket;
  assert.equal(timeoutMs(socket), 10_000);
  let length = 0;
  for await (const part of answer) length += (part as Buffer).length;
  assert.equal(length, LARGE.length);
  if (!(await response).closed) await once(await response, 'close');
  assert.ok(timeoutMs(socket) >= KEEP_ALIVE_MS, String(timeoutMs(socket)));
});
