import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CleanUp } from './temporaryDir.js';

/** A call as it reaches the proxy. */
interface ProxiedCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** What becomes of a call. */
export type ProxyAction =
  | 'pass'
  /** Answered without forwarding. */
  | '503'
  /** The connection ends without forwarding. */
  | 'drop-before'
  /** Carried out, and the connection ends in place of the answer. */
  | 'drop-after'
  /** Taken and never answered. */
  | 'silent'
  /** The connection ends behind the head and n bytes of the body. */
  | { readonly cutAfterBytes: number }
  /** Nothing comes behind the head and n bytes of the body. */
  | { readonly stallAfterBytes: number };

/** Decides on the n-th call, from 1. */
type OnProxyCall = (n: number, call: ProxiedCall) => ProxyAction | Promise<ProxyAction>;

export interface StorageProxy {
  readonly port: number;
  /** Calls so far. */
  calls: number;
  /** Undefined: all calls pass. */
  onCall: OnProxyCall | undefined;
}

/** Stands in front of a storage server and makes calls fail. It ends with the test or the file. */
export async function startStorageProxy(t: CleanUp, targetPort: number): Promise<StorageProxy> {
  const server = http.createServer((request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    proxy.calls += 1;
    void handle(proxy, proxy.calls, targetPort, request, response).catch(() => {
      // the target ended the connection, so the caller's ends too
      request.socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const proxy: StorageProxy = { port, calls: 0, onCall: undefined };
  return proxy;
}

/** The connection string with its blobs behind the proxy; queues stay where they are. */
export function throughProxy(connectionString: string, proxyPort: number): string {
  return connectionString.replace(/(BlobEndpoint=http:\/\/[^:/;]+):\d+/, `$1:${proxyPort}`);
}

async function handle(
  proxy: StorageProxy,
  n: number,
  targetPort: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const action = (await proxy.onCall?.(n, { method, url, headers })) ?? 'pass';
  if (action === 'drop-before') {
    request.socket.destroy();
    return;
  }
  if (action === 'silent' || action === '503') {
    request.resume();
    if (action === '503') await once(request, 'end');
    if (action === '503') response.writeHead(503, { 'x-ms-error-code': 'ServerBusy' }).end();
    return;
  }
  const answer = await forward(targetPort, request, response);
  answer.on('error', () => request.socket.destroy());
  if (action === 'drop-after') {
    answer.resume();
    await once(answer, 'end');
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.statusCode ?? 500, { ...answer.headers, connection: 'keep-alive' });
  response.flushHeaders();
  if (action === 'pass') answer.pipe(response);
  else if ('cutAfterBytes' in action) {
    await copyBytes(answer, response, action.cutAfterBytes);
    // sends what was written, then ends the connection in the middle of the body
    request.socket.destroySoon();
  } else await copyBytes(answer, response, action.stallAfterBytes);
}

async function forward(
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<IncomingMessage> {
  // a connection for each call: one that is kept may end just when it is used again
  const headers = { ...request.headers, connection: 'close' };
  const options = { host: '127.0.0.1', port, method: request.method, path: request.url, headers };
  const forwarded = http.request({ ...options, agent: false });
  request.pipe(forwarded);
  response.once('close', () => forwarded.destroy());
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
  forwarded.on('error', () => undefined);
  return answer;
}

async function copyBytes(from: IncomingMessage, to: ServerResponse, count: number): Promise<void> {
  let left = count;
  if (left > 0) {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      to.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) break;
    }
  }
  from.destroy();
}
