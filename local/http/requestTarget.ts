import { percentDecode } from './percentDecode.js';

export interface RequestTarget {
  /** Decoded (an encoded slash apart), without dot segments: what routes are matched with. */
  readonly path: string;
  /** The same in the form that `request.url` shows. */
  readonly encodedPath: string;
  /** With its question mark, as sent, or empty. */
  readonly query: string;
  /** Given only when the request line holds a whole URL. */
  readonly authority: string | undefined;
}

// No character to decode or to encode, no empty and no dot segment: most requests.
const PLAIN_PATH = /^(?:\/[\w~!$&'()*+,;=:@-][\w.~!$&'()*+,;=:@-]*)*\/?$/;
const NOT_VISIBLE_ASCII = /[^!-~]/;
const ABSOLUTE = /^https?:\/\/([^/?#]+)([^]*)$/i;
const TO_ENCODE = /%(?![\da-f]{2})|[^\w.~!$&'()*+,;=:@/%-]+/gi;

/** Reads the target of a request line as the real host's web server does; undefined asks for 400. */
export function parseTarget(url: string): RequestTarget | undefined {
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark);
  if (mark >= 0 && NOT_VISIBLE_ASCII.test(query)) return undefined;
  if (rawPath !== '' && PLAIN_PATH.test(rawPath)) {
    return { path: rawPath, encodedPath: rawPath, query, authority: undefined };
  }
  if (NOT_VISIBLE_ASCII.test(rawPath) || rawPath.includes('%00')) return undefined;
  if (rawPath.startsWith('/')) return decoded(rawPath, query, undefined);
  const absolute = ABSOLUTE.exec(rawPath);
  if (absolute !== null) return decoded(absolute[2] === '' ? '/' : (absolute[2] ?? '/'), query, absolute[1]);
  return undefined;
}

function decoded(rawPath: string, query: string, authority: string | undefined): RequestTarget {
  const path = removeDotSegments(percentDecode(rawPath, true));
  return { path, encodedPath: path.replaceAll(TO_ENCODE, encodeURIComponent), query, authority };
}

function removeDotSegments(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  segments.forEach((segment, index) => {
    const dots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!dots) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  });
  return `/${kept.join('/')}`;
}
