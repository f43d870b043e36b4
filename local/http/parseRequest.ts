import type { IncomingMessage } from 'node:http';
import { parseHead, type RequestHead } from './requestHead.js';
import { parseTarget, type RequestTarget } from './requestTarget.js';

export interface ParsedRequest {
  readonly method: string;
  readonly target: RequestTarget;
  readonly head: RequestHead;
}

// Longest request line of the real host's web server.
const MAX_REQUEST_LINE_BYTES = 8192;
const REQUEST_LINE_REST = ' '.length + ' HTTP/1.1\r\n'.length;

/** Reads what routing and calling a function need; gives the status for a request that breaks a rule. */
export function parseRequest(request: IncomingMessage): ParsedRequest | number {
  const { url = '', method = '' } = request;
  if (method.length + url.length + REQUEST_LINE_REST > MAX_REQUEST_LINE_BYTES) return 414;
  const head = parseHead(request.rawHeaders);
  if (typeof head === 'number') return head;
  const target = parseTarget(url);
  if (target === undefined) return 400;
  const { host } = head;
  if (host === undefined) return request.httpVersionMinor === 0 ? { method, target, head } : 400;
  const fits = target.authority === undefined || target.authority.toLowerCase() === host.toLowerCase();
  return fits ? { method, target, head } : 400;
}
