import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request over a plain socket; nothing is tidied up on its way. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
  /** Sent with Transfer-Encoding: chunked. */
  readonly chunks?: readonly string[];
  readonly noHost?: boolean;
  /** Sent instead of all of the above. */
  readonly rawBytes?: string;
  /** Waits for 100 Continue before the body. */
  readonly expect100?: boolean;
  readonly abortAfter?: number;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly complete: boolean;
  readonly interim: readonly number[];
  readonly ended: string;
}

const TIMEOUT_MS = 10_000;

/** Sends one request to a port of this machine and gives its answer, complete or not. */
export function send(port: number, request: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const finish = (ended: string): void => {
      clearTimeout(timer);
      clearTimeout(abort);
      socket.destroy();
      resolve({ ...parseAnswer(Buffer.concat(parts), request.method), ended });
    };
    const timer = setTimeout(finish, TIMEOUT_MS, 'timeout');
    const abort =
      request.abortAfter === undefined
        ? undefined
        : setTimeout(finish, request.abortAfter, 'aborted by the client');
    socket.on('error', (error) => {
      finish(error.message);
    });
    socket.on('close', () => {
      finish('closed');
    });
    const interim = new Promise<void>((done) => {
      socket.on('data', (data) => {
        parts.push(data);
        const { complete } = parseAnswer(Buffer.concat(parts), request.method);
        if (complete) finish('complete');
        done();
      });
    });
    socket.on('connect', () => {
      void write(port, request, interim, (bytes) => socket.write(bytes));
    });
  });
}

async function write(
  port: number,
  request: RawRequest,
  interim: Promise<void>,
  out: (bytes: string | Uint8Array) => unknown,
): Promise<void> {
  const { method = 'GET', path = '/', body, chunks } = request;
  if (request.rawBytes !== undefined) {
    out(request.rawBytes);
    return;
  }
  const given = request.headers ?? {};
  const headers: (readonly [string, string])[] = isPairs(given) ? [...given] : Object.entries(given);
  const has = (name: string): boolean => headers.some(([key]) => key.toLowerCase() === name);
  if (!has('host') && request.noHost !== true) headers.unshift(['Host', `localhost:${port}`]);
  if (chunks !== undefined) headers.push(['Transfer-Encoding', 'chunked']);
  else if (body !== undefined && !has('content-length')) {
    headers.push(['Content-Length', String(Buffer.from(body).length)]);
  }
  if (!has('connection')) headers.push(['Connection', 'close']);
  out(
    `${method} ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );

  if (request.expect100 === true) await interim;
  if (body !== undefined && body.length > 0) out(body);
  for (const chunk of chunks ?? []) {
    out(`${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`);
    await sleep(5);
  }
  if (chunks !== undefined) out('0\r\n\r\n');
}

function isPairs(
  headers: NonNullable<RawRequest['headers']>,
): headers is readonly (readonly [string, string])[] {
  return Array.isArray(headers);
}

function parseAnswer(bytes: Buffer, method: string | undefined): Omit<RawAnswer, 'ended'> {
  const interim: number[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) return { status: null, headers: [], body: Buffer.alloc(0), complete: false, interim };
    const [first = '', ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.[01] (\d+)/.exec(first)?.[1]);
    at = end + 4;
    if (status >= 100 && status < 200) {
      interim.push(status);
      continue;
    }
    const headers = lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    });
    const head = { status, headers, interim };
    const rest = bytes.subarray(at);
    const value = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
    if (method === 'HEAD' || status === 204 || status === 304) return { ...head, body: rest, complete: true };
    if (value('transfer-encoding') === 'chunked') return { ...head, ...unchunk(rest) };
    const length = Number(value('content-length') ?? Infinity);
    return { ...head, body: rest.subarray(0, length), complete: rest.length >= length };
  }
}

function unchunk(bytes: Buffer): { body: Buffer; complete: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at);
    const size = end < 0 ? NaN : parseInt(bytes.toString('latin1', at, end), 16);
    if (size === 0) return { body: Buffer.concat(parts), complete: true };
    if (Number.isNaN(size) || bytes.length < end + 2 + size + 2)
      return { body: Buffer.concat(parts), complete: false };
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
