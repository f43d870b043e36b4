import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isForeign } from '../http/callerGuard.js';
import { parseQuery } from '../http/query.js';
import { readBody } from '../http/requestBody.js';
import { parseHead } from '../http/requestHead.js';
import { parseTarget } from '../http/requestTarget.js';
import type { WebhookAnswer } from '../http/webhook.js';
import type { ManagementLinks } from './clientPayload.js';
import { emptyAnswer, type ManagementRequest } from './managementAnswer.js';

const BASE = '/durabletask';
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_CONNECTIONS = 1_024;

export interface RpcServer {
  /** Ends in a slash, for the client's payload. */
  readonly baseUrl: string;
  /** Ends what runs; resolves when the port is free. */
  close(): Promise<void>;
}

type Answering = (request: ManagementRequest) => Promise<WebhookAnswer>;

/**
 * The management API for the process's own client: without keys, on a port of 127.0.0.1 (functions-host.md 4.11).
 * A caller whose request `answering` rejects loses the connection.
 */
export async function startRpcServer(
  linksAt: (origin: string) => ManagementLinks,
  answering: Answering,
): Promise<RpcServer> {
  const server = createServer((request, response) => {
    answer(request, linksAt, answering).then(
      (result) => {
        send(response, result);
      },
      () => response.destroy(),
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
  request: IncomingMessage,
  linksAt: (origin: string) => ManagementLinks,
  answering: Answering,
): Promise<WebhookAnswer> {
  const head = parseHead(request.rawHeaders);
  if (typeof head === 'number') return emptyAnswer(head);
  if (isForeign(head, LOOPBACK)) return emptyAnswer(403);
  const { method = '', url = '' } = request;
  const target = parseTarget(url);
  if (target === undefined) return emptyAnswer(400);
  if (!target.path.toLowerCase().startsWith(`${BASE}/`)) return emptyAnswer(404);
  const isLong = head.contentLength > MAX_BODY_BYTES;
  const body = isLong ? 'too long' : await readBody(request, MAX_BODY_BYTES);
  if (body === 'too long') return emptyAnswer(413);
  if (body === undefined) throw new Error('The caller went away.');
  const path = target.path.slice(BASE.length);
  const query = parseQuery(target.query);
  // As recorded, although the public addresses are served at another port.
  const origin = `http://${head.host ?? ''}`;
  const call = { method, path, query, url: `${origin}${url}`, headers: head.headers, body };
  return answering({ ...call, links: linksAt(origin), rpc: true });
}

function send(response: ServerResponse, { status, headers, body }: WebhookAnswer): void {
  if (status === 413) response.setHeader('Connection', 'close');
  const length = body === undefined ? ['Content-Length', '0'] : ['Transfer-Encoding', 'chunked'];
  response.writeHead(status, [...headers, ...length]).end(body);
}
