import { createServer, METHODS, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { HostFault } from '../hostFault.js';
import type { HostLog } from '../log.js';
import { endBehind } from './pipeline.js';
import type { RequestHandler } from './requestHandler.js';

const MAX_CONNECTIONS = 1024;
const HEADERS_TIMEOUT_MS = 10_000;
// The default limit of 100 MiB at 1 Mbit/s takes 14 minutes. A body that stands still ends sooner (requestBody.ts).
const REQUEST_TIMEOUT_MS = 15 * 60_000;
const TIMEOUT_CHECK_MS = 1_000;
// The real host's web server, so that callers who keep connections do not meet one just closed.
const KEEP_ALIVE_MS = 130_000;
// Its request line of 8 KiB and header fields of 32 KiB, and the breaks between them.
const MAX_HEAD_BYTES = 8_192 + 32_768 + 256;
const MAX_REQUEST_LINE_BYTES = 8_192;
const REQUEST_LINE = /^([!#$%&'*+.^`|~\w-]+) [!-~]+ HTTP\/1\.[01]\r\n/;

interface ClientError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** A listening server with its connections. */
export interface HttpServer {
  readonly server: Server;
  readonly connections: ReadonlySet<Socket>;
  readonly address: AddressInfo;
}

/** Listens on `hostname`:`port`; rejects with one line when it cannot. */
export async function listen(
  handler: RequestHandler,
  hostname: string,
  port: number,
  log: HostLog,
): Promise<HttpServer> {
  const connections = new Set<Socket>();
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
      // Checked with the other rules, for an answer like theirs.
      requireHostHeader: false,
    },
    (request, response) => {
      handler.handle(request, response, false);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('checkContinue', (request, response) => {
    handler.handle(request, response, true);
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('drop', () => {
    log.log('warning', 'Host.Http', `A connection was refused: ${MAX_CONNECTIONS} are open.`);
  });
  server.on('clientError', (error: ClientError, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else endBehind(socket, rawAnswer(statusFor(error)));
  });
  server.on('connect', (_request, socket) => {
    // Node lets go of this connection, its errors included.
    socket.on('error', () => socket.destroy());
    endBehind(socket, rawAnswer('404 Not Found'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const why = { EADDRINUSE: 'is taken', EACCES: 'may not be opened by this user' }[code ?? ''];
      const text = `port ${port} on ${hostname} ${why ?? ''}: choose another one with --port <number>`;
      reject(new HostFault(why === undefined ? `Cannot listen on ${hostname}:${port}: ${message}` : text));
    });
    server.listen(port, hostname, resolve);
  });
  return { server, connections, address: server.address() as AddressInfo };
}

/** The status for what is not HTTP or breaks a limit; Node knows fewer methods than the real host. */
function statusFor(error: ClientError): string {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  const start = error.rawPacket?.toString('latin1', 0, MAX_REQUEST_LINE_BYTES) ?? '';
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return start.includes('\r\n') ? '431 Request Header Fields Too Large' : '414 URI Too Long';
  }
  const method = error.code === 'HPE_INVALID_METHOD' ? REQUEST_LINE.exec(start)?.[1] : undefined;
  return method === undefined || METHODS.includes(method.toUpperCase()) ? '400 Bad Request' : '404 Not Found';
}

function rawAnswer(status: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\nDate: ${new Date().toUTCString()}\r\n\r\n`;
}
