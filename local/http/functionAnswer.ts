import type { HttpOutput } from '../core/coreTypes.js';
import type { InvocationOutcome } from '../core/invoke.js';
import { setCookieHeader } from './cookies.js';

/** An answer ready for the wire; `headers` holds names and values in turn. */
export interface Answer {
  readonly status: number;
  readonly headers: string[];
  readonly body: Uint8Array | undefined;
  /** Set where the real host fails after the function has answered. */
  readonly fault?: string;
}

const NOT_HEADER_TEXT = /[^\t\x20-\x7e]/;
const NOT_PORTABLE = {
  length: 'Not portable (4.13/19): the function sets content-length or transfer-encoding.',
  setCookie: 'Not portable (4.13/20): two set-cookie headers; only the last would be sent. Use cookies[].',
  negotiation: 'Not portable (4.13/21): enableContentNegotiation.',
};

/**
 * What the caller gets for a function's outcome (functions-host.md 1.8, 2.5).
 * Throws where the function uses what does not work on the real host (4.13).
 */
export function toAnswer({ response, result }: InvocationOutcome): Answer {
  const http = response.returnValue?.http as HttpOutput | undefined;
  if (http === undefined) return { status: 204, headers: [], body: undefined };
  if (http.enableContentNegotiation === true) throw new Error(NOT_PORTABLE.negotiation);

  const status = Number(http.statusCode);
  const headers: string[] = [];
  for (const name in http.headers) {
    const value = http.headers[name] ?? '';
    if (name === 'content-length' || name === 'transfer-encoding') throw new Error(NOT_PORTABLE.length);
    if (name === 'set-cookie' && setCookieCount(result) > 1) throw new Error(NOT_PORTABLE.setCookie);
    if (NOT_HEADER_TEXT.test(value)) {
      // The headers before this one have been set by then.
      return {
        status: 500,
        headers,
        body: undefined,
        fault: `header "${name}" holds a character outside ASCII`,
      };
    }
    headers.push(name, value);
  }
  for (const cookie of http.cookies ?? []) headers.push('Set-Cookie', setCookieHeader(cookie));
  const bytes = http.body?.bytes;
  return { status, headers, body: bytes === undefined || bytes.length === 0 ? undefined : bytes };
}

/** The library has already dropped all but the last, so that the handler's own result is looked at. */
function setCookieCount(result: unknown): number {
  const { headers } = result as { headers?: unknown };
  if (headers instanceof Headers) return headers.getSetCookie().length;
  if (!Array.isArray(headers)) return 1;
  return headers.filter(
    (pair: unknown) => Array.isArray(pair) && String(pair[0]).toLowerCase() === 'set-cookie',
  ).length;
}
