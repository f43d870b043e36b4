import type { RawRequest } from './rawHttp.js';
import type { HeaderValues, RecordedAnswer } from './recordedAnswer.js';

/** One request and the answer of a real Functions host. */
export interface Step {
  readonly name: string;
  readonly request: RawRequest;
  readonly answer: RecordedAnswer;
}

export interface Case {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
}

type More = RawRequest & { readonly name?: string };

interface AnswerMore {
  readonly status?: number;
  readonly headers?: HeaderValues;
  readonly keepAlive?: boolean;
  readonly ended?: string;
}

interface Seen {
  readonly url?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly length: number; readonly sha256: string; readonly head: string };
  readonly functionName?: string;
  readonly interim?: readonly number[];
}

const NO_BODY = { length: 0, sha256: 'e3b0c44298fc1c14', head: '' };

export function http(method: string, path: string, answer: RecordedAnswer, more: More = {}): Step {
  const { name = `${method} ${path.slice(0, 60)}`, ...request } = more;
  return { name, request: { method, path, ...request }, answer };
}

export function get(path: string, answer: RecordedAnswer, more?: More): Step {
  return http('GET', path, answer, more);
}

export function post(path: string, body: string | Uint8Array, answer: RecordedAnswer, more?: More): Step {
  return http('POST', path, answer, { body, ...more });
}

/** A request to the function that gives back what it sees of it. */
export function seenHttp(method: string, path: string, seen: Seen, more?: More): Step {
  const headers = { connection: 'close', host: '<host>', ...seen.headers };
  const view = {
    method,
    url: seen.url ?? `http://<host>${path}`,
    query: Object.entries(seen.query ?? {}),
    params: seen.params ?? {},
    headers: Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)),
    user: null,
    body: seen.body ?? NO_BODY,
    triggerMetadata: null,
    retryContext: null,
    functionName: seen.functionName ?? 'httpEcho',
  };
  const interim = seen.interim === undefined ? {} : { interim: seen.interim };
  return http(method, path, { ...json(view), ...interim }, more);
}

export function seenGet(path: string, seen: Seen = {}, more?: More): Step {
  return seenHttp('GET', path, seen, more);
}

export function seenPost(path: string, body: string | Uint8Array, seen: Seen, more?: More): Step {
  return seenHttp('POST', path, seen, { body, ...more });
}

/** No body, and a length that says so. */
export function empty(status: number, more: AnswerMore = {}): RecordedAnswer {
  return answer(status, { 'content-length': '0' }, '', more);
}

/** Neither body nor length: 204, 304 and answers to HEAD. */
export function noLength(status: number, more: AnswerMore = {}): RecordedAnswer {
  return answer(status, {}, '', more);
}

export function chunked(body: unknown, more: AnswerMore = {}): RecordedAnswer {
  return answer(more.status ?? 200, { 'transfer-encoding': 'chunked' }, body, more);
}

export function text(body: string, more: AnswerMore = {}): RecordedAnswer {
  const headers = { 'content-type': 'text/plain;charset=UTF-8', ...more.headers };
  return chunked(body, { ...more, headers });
}

export function json(value: unknown, more: AnswerMore = {}): RecordedAnswer {
  return chunked(
    { json: value },
    { ...more, headers: { 'content-type': 'application/json', ...more.headers } },
  );
}

/** A body sent with its length. */
export function whole(status: number, body: unknown, more: AnswerMore = {}): RecordedAnswer {
  return answer(status, {}, body, more);
}

/** Of this answer only the status was recorded. */
export function statusOnly(status: number): RecordedAnswer {
  return { status };
}

export function unanswered(ended: string): RecordedAnswer {
  return { status: null, headers: {}, body: '', ended };
}

function answer(status: number, own: HeaderValues, body: unknown, more: AnswerMore): RecordedAnswer {
  const connection = more.keepAlive === true ? {} : { connection: 'close' };
  const ended = more.ended === undefined ? {} : { ended: more.ended };
  return { status, headers: { ...own, ...connection, ...more.headers }, body, ...ended };
}
