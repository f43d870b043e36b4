import { isUtf8 } from 'node:buffer';
import { NameMap } from './nameMap.js';

/** The header fields of one request, checked as the real host's web server checks them. */
export interface RequestHead {
  /** Names in lower case; values of a name given twice are joined with a comma, cookies too. */
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string | undefined;
  readonly contentLength: number;
  readonly chunked: boolean;
}

const MAX_HEADERS = 100;
const MAX_HEADER_BYTES = 32_768;
const NOT_ASCII = /[\x80-\xff]/;
const HOST = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/** Gives the status to refuse the request with where the fields break a rule (functions-host.md 1.8, 2.2). */
export function parseHead(rawHeaders: readonly string[]): RequestHead | 400 | 431 {
  if (rawHeaders.length > 2 * MAX_HEADERS) return 431;
  const headers = new NameMap();
  let bytes = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const rawName = rawHeaders[at] ?? '';
    let value = rawHeaders[at + 1] ?? '';
    bytes += rawName.length + value.length + 4;
    const name = rawName.toLowerCase();
    if (NOT_ASCII.test(value)) {
      const text = decodeUtf8(value);
      if (text === undefined) return 400;
      value = text;
    }
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    // A second Host or Transfer-Encoding is how requests are smuggled past another server.
    else if (name === 'host' || name === 'transfer-encoding') return 400;
    else headers[name] = `${before},${value}`;
  }
  if (bytes > MAX_HEADER_BYTES) return 431;
  const host = headers.host;
  if (host !== undefined && !HOST.test(host)) return 400;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 400;
  return {
    headers,
    host,
    contentLength: Number(headers['content-length'] ?? 0),
    chunked: coding !== undefined,
  };
}

/** Node reads header bytes as Latin-1, the real host as UTF-8; undefined where they are not UTF-8. */
function decodeUtf8(latin1: string): string | undefined {
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
