import { resolve } from 'node:path';
import type { RawAnswer } from './rawHttp.js';

export const APP_DIR = resolve(__dirname, '../../../test/conformance/app');

export type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** An answer in the form of the recordings: what differs from run to run is left out or replaced. */
export interface RecordedAnswer {
  readonly status: number | null;
  readonly headers?: HeaderValues;
  readonly body?: unknown;
  readonly ended?: string;
  readonly interim?: readonly number[];
}

const LONG_TEXT = 4000;

/** Brings an answer into recorded form: `<host>` and `<app>` for the places, `<n>` for times, no Date, parsed JSON, long texts cut. */
export function recordAnswer(answer: RawAnswer, port: number): RecordedAnswer {
  // Newer versions of V8 add the place to the message of a JSON error.
  const text = (value: string): string =>
    value
      .replaceAll(`localhost:${port}`, '<host>')
      .replaceAll(APP_DIR, '<app>')
      .replace(/"processUptime":\d+/, '"processUptime":"<n>"')
      .replaceAll(/ \(line \d+ column \d+\)/g, '');
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of answer.headers) {
    if (name === 'date') continue;
    const before = headers[name];
    headers[name] = before === undefined ? text(value) : [before, text(value)].flat();
  }
  const body = answer.body.toString('utf8');
  if (headers['content-length'] !== undefined && text(body) !== body) headers['content-length'] = '<n>';
  return {
    status: answer.status,
    headers,
    body: recordBody(answer.body, String(headers['content-type'] ?? ''), text),
    ...(answer.interim.length === 0 ? {} : { interim: answer.interim }),
    ...(answer.complete ? {} : { ended: answer.ended }),
  };
}

function recordBody(bytes: Buffer, contentType: string, text: (value: string) => string): unknown {
  const asText = bytes.toString('utf8');
  if (!Buffer.from(asText).equals(bytes)) return { base64: bytes.toString('base64'), length: bytes.length };
  if (bytes.length > 0 && contentType.includes('json')) return { json: JSON.parse(text(asText)) as unknown };
  return asText.length > LONG_TEXT ? { head: asText.slice(0, 400), length: bytes.length } : text(asText);
}
