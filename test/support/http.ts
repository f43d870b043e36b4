import assert from 'node:assert/strict';

/** An answer that has been read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, bytes, or a value that is sent as JSON. */
  readonly body?: unknown;
}

/** Sends a request and reads all of the answer; a body is JSON unless a header says otherwise. */
export async function send(url: string, { method, headers = {}, body }: Sent = {}): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined
      ? {}
      : { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The body of an answer that must be JSON with this status. */
export function jsonOf({ status, text }: Answer, expectedStatus = 200): Record<string, unknown> {
  assert.equal(status, expectedStatus, text);
  const parsed: unknown = JSON.parse(text);
  assert.ok(typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed), text);
  return parsed as Record<string, unknown>;
}
