import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Invocation } from '../core/invoke.js';
import type { Answer } from './functionAnswer.js';

const ONE_WRITE_BYTES = 32_768;

/** One request with its answer, from the moment its headers are there until the answer is handed over. */
export class Exchange {
  /** Set while the function runs. */
  invocation: Invocation | undefined;
  invokedAt = 0;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    /** Set until `100 Continue` has been written for a caller who waits for it. */
    public expectsContinue: boolean,
  ) {}

  get answered(): boolean {
    return this.response.headersSent;
  }

  /** An answer without a body. */
  endEmpty(status: number, headers: readonly string[] = []): void {
    this.end({ status, headers: [...headers], body: undefined });
  }

  /** The answer to a request that breaks a rule: what follows on its connection cannot be trusted. */
  endBroken(status: number): void {
    this.response.shouldKeepAlive = false;
    this.endEmpty(status);
  }

  /** Writes an answer as the real host frames it: chunked with a body, a length of 0 without. */
  end({ status, headers, body }: Answer): void {
    const { request, response } = this;
    if (this.answered) return;
    this.#settleConnection();
    if (body === undefined || request.method === 'HEAD') {
      const hasNone = request.method === 'HEAD' || status === 204 || status === 304;
      if (!hasNone) headers.push('Content-Length', '0');
      response.writeHead(status, headers).end();
      return;
    }
    if (request.httpVersionMinor === 0) {
      response.writeHead(status, headers).end(body);
      return;
    }
    headers.push('Transfer-Encoding', 'chunked');
    response.writeHead(status, headers);
    if (body.length > ONE_WRITE_BYTES) {
      response.end(body);
      return;
    }
    // The frame is made here: Node would hand over five pieces, and one text goes out with the headers.
    response.chunkedEncoding = false;
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
    response.end(`${body.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`, 'latin1');
  }

  /** A page of the host, sent with its length. */
  endPage(status: number, contentType: string, page: Buffer): void {
    this.#settleConnection();
    const headers = ['Content-Type', contentType, 'Content-Length', String(page.length)];
    this.response.writeHead(status, headers).end(page);
  }

  /** Ends the connection with this answer when the caller is still sending or the host stops. */
  #settleConnection(): void {
    const { request, response } = this;
    if (!request.complete && (this.expectsContinue || hasBody(request))) response.shouldKeepAlive = false;
    // Node would announce how long it keeps the connection; the real host says nothing.
    else if (response.shouldKeepAlive && request.httpVersionMinor === 1) response.removeHeader('connection');
  }
}

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
