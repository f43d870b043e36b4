import net from 'node:net';

export interface LoadOptions {
  readonly port: number;
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly connections: number;
  readonly durationMs: number;
  /** Wait of each connection between an answer and its next request. */
  readonly pauseMs?: number;
}

export interface LoadFigures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  /** Answers with a status other than 200. */
  readonly failures: number;
}

/**
 * Closed-loop load over keep-alive connections to 127.0.0.1: each sends its next request when it has the answer.
 * Written for the benchmarks because autocannon rounds latencies to milliseconds and costs more CPU than the servers
 * that it measures here.
 */
export async function runLoad(options: LoadOptions): Promise<LoadFigures> {
  const request = requestBytes(options);
  const latencies: number[] = [];
  let failures = 0;
  const start = performance.now();
  const stopAt = start + options.durationMs;
  await Promise.all(
    Array.from({ length: options.connections }, () =>
      runConnection(options, request, stopAt, (tookMs, ok) => {
        latencies.push(tookMs);
        if (!ok) failures++;
      }),
    ),
  );
  const tookMs = performance.now() - start;
  latencies.sort((a, b) => a - b);
  return {
    requestsPerSecond: (latencies.length / tookMs) * 1000,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    requests: latencies.length,
    failures,
  };
}

/** The value below which the given share of the ascending values lies. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

function requestBytes({ method = 'POST', path, body = '' }: LoadOptions): Buffer {
  const head = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1'];
  if (method === 'POST')
    head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function runConnection(
  { port, pauseMs = 0 }: LoadOptions,
  request: Buffer,
  stopAt: number,
  onAnswer: (tookMs: number, ok: boolean) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let answer = '';
    let sentAt = 0;
    const send = () => {
      answer = '';
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      if (!isComplete(answer)) return;
      const now = performance.now();
      onAnswer(now - sentAt, answer.startsWith('HTTP/1.1 200'));
      if (now < stopAt) {
        if (pauseMs === 0) send();
        else setTimeout(send, pauseMs);
      } else {
        socket.destroy();
        resolve();
      }
    });
  });
}

function isComplete(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /^content-length: (\d+)\r$/im.exec(answer.slice(0, headEnd + 1))?.[1];
  if (length !== undefined) return answer.length >= headEnd + 4 + Number(length);
  return answer.endsWith('\r\n0\r\n\r\n') || answer.startsWith('HTTP/1.1 204');
}
