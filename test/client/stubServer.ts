import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CleanUp } from '../support/temporaryDir.js';

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text or bytes, or a value that is sent as JSON. */
  readonly body?: unknown;
}

export interface StubServer {
  readonly url: string;
  /** In the order in which they came. */
  readonly seen: readonly SeenRequest[];
  /** `<method> <path>` of them. */
  readonly lines: () => readonly string[];
}

/** A server of a test: `answer` is asked for every request; no answer leaves it open. */
export async function startStubServer(
  t: CleanUp,
  answer: (request: SeenRequest) => StubAnswer | undefined | Promise<StubAnswer | undefined>,
): Promise<StubServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const { method = '', url = '', headers } = message;
      const request = { method, path: url, headers, body: Buffer.concat(chunks) };
      seen.push(request);
      void Promise.resolve(answer(request)).then((given) => {
        if (given) write(response, given);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    lines: () => seen.map(({ method, path }) => `${method} ${path}`),
  };
}

function write(response: ServerResponse, { status = 200, headers = {}, body }: StubAnswer): void {
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(raw ? (body ?? '') : JSON.stringify(body));
}
