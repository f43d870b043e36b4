import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './functionAnswer.js';
import { closeBehind } from './pipeline.js';
import { discardBody, readBody } from './requestBody.js';

const ONE_WRITE_BYTES = 32_768;
const ANSWER_STALL_MS = 30_000;

/** One request with its answer, from the moment its headers are there until the answer is handed over. */
export class Exchange {
  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    /** Set until `100 Continue` has been written for a caller who waits for it. */
    public expectsContinue: boolean,
    private readonly answerStallMs = ANSWER_STALL_MS,
  ) {}

  get answered(): boolean {
    return this.response.headersSent;
  }

  /** An answer without a body. */
  endEmpty(status: number, headers: readonly string[] = []): void {
    this.end({ status, headers: [...headers], body: undefined });
  }

  /** An answer that does not depend on the body, which the caller may finish sending. */
  async refuse(status: number, headers?: readonly string[]): Promise<void> {
    if (!this.expectsContinue && hasBody(this.request)) await discardBody(this.request);
    this.endEmpty(status, headers);
  }

  /** The body of the request, as `readBody` gives it; tells a caller who waits for it to go on. */
  readBody(maxBytes?: number, contentLength?: number): Promise<Buffer | undefined | 'too long'> {
    if (this.expectsContinue) {
      this.expectsContinue = false;
      this.response.writeContinue();
    }
    return readBody(this.request, maxBytes, contentLength);
  }

  /** The answer to a request that breaks a rule: what follows on its connection cannot be trusted. */
  endBroken(status: number): void {
    this.#closeBehind();
    this.endEmpty(status);
  }

  /** Writes an answer as the real host frames it: chunked with a body, a length of 0 without. */
  end(answer: Answer): void {
    if (this.answered) return;
    this.#settleConnection();
    this.#write(answer);
    this.#watchStall();
  }

  #write({ status, headers, body }: Answer): void {
    const { request, response } = this;
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

  /** An answer of the host or of an extension, sent with its length. */
  endWhole(status: number, headers: readonly string[], body: Buffer): void {
    if (this.answered) return;
    this.#settleConnection();
    this.response.writeHead(status, [...headers, 'Content-Length', String(body.length)]).end(body);
    this.#watchStall();
  }

  #closeBehind(): void {
    this.response.shouldKeepAlive = false;
    closeBehind(this.request.socket);
  }

  /** Ends the connection of a caller who does not read on, so that the answer does not stay in memory. */
  #watchStall(): void {
    const { response, answerStallMs } = this;
    const watch = (socket: Socket): void => {
      socket.setTimeout(answerStallMs);
      // In front of Node's own listener, which sets how long an idle connection is kept.
      response.prependListener('finish', () => socket.setTimeout(0));
    };
    // Without a socket the answer waits for those to earlier requests.
    if (response.socket === null) response.once('socket', watch);
    else if (response.socket.writableLength > 0) watch(response.socket);
  }

  /** Ends the connection with this answer when the caller is still sending or the host stops. */
  #settleConnection(): void {
    const { request, response } = this;
    if (!request.complete && (this.expectsContinue || hasBody(request))) this.#closeBehind();
    // Node would announce how long it keeps the connection; the real host says nothing.
    else if (response.shouldKeepAlive && request.httpVersionMinor === 1) response.removeHeader('connection');
  }
}

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
