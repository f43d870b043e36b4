import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HostFault } from '../hostFault.js';
import { isForeign } from '../http/callerGuard.js';
import { parseHead } from '../http/requestHead.js';
import { parseTarget } from '../http/requestTarget.js';
import type { ManagementLinks } from './clientPayload.js';
import { emptyAnswer, type ManagementAnswer } from './managementAnswer.js';
import { answerManagement } from './managementApi.js';
import type { TaskHub } from './taskHub.js';

const BASE = '/durabletask';
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_CONNECTIONS = 1_024;

export interface RpcServerOptions {
  readonly hub: TaskHub;
  /** Asked for each request, as the public address is known only later. */
  readonly links: () => ManagementLinks;
  /** Hears of a fault of the store. */
  readonly onFault: (error: unknown) => void;
}

export interface RpcServer {
  /** Ends in a slash, for the client's payload. */
  readonly baseUrl: string;
  /** Ends what runs; resolves when the port is free. */
  close(): Promise<void>;
}

/** The management API for the process's own client: without keys, on a port of 127.0.0.1 (functions-host.md 4.11). */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const server = createServer((request, response) => {
    void answer(options, origin, request).then(
      (result) => {
        send(response, result);
      },
      (error: unknown) => {
        // Anything else is a caller that went away.
        if (error instanceof HostFault) options.onFault(error);
        response.destroy();
      },
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: `${origin}${BASE}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { hub, links }: RpcServerOptions,
  origin: string,
  request: IncomingMessage,
): Promise<ManagementAnswer> {
  const head = parseHead(request.rawHeaders);
  if (typeof head === 'number') return emptyAnswer(head);
  if (isForeign(head, LOOPBACK)) return emptyAnswer(403);
  const { method = '', url = '' } = request;
  const target = parseTarget(url);
  if (target === undefined) return emptyAnswer(400);
  if (!target.path.toLowerCase().startsWith(`${BASE}/`)) return emptyAnswer(404);
  const body = head.contentLength > MAX_BODY_BYTES ? undefined : await readBody(request);
  if (body === undefined) return emptyAnswer(413);
  return answerManagement(hub, {
    method,
    path: target.path.slice(BASE.length),
    query: target.query,
    url: `${origin}${url}`,
    headers: head.headers,
    body,
    links: links(),
    rpc: true,
  });
}

/** undefined: more than the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function send(response: ServerResponse, { status, headers, body }: ManagementAnswer): void {
  if (status === 413) response.setHeader('Connection', 'close');
  const length = body === undefined ? ['Content-Length', '0'] : ['Transfer-Encoding', 'chunked'];
  response.writeHead(status, [...headers, ...length]).end(body);
}
