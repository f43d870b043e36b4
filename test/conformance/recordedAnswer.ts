import type { RawAnswer } from './rawHttp.js';

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

/** Brings an answer into recorded form: `<host>` for the address, no Date, parsed JSON, long texts cut. */
export function recordAnswer(answer: RawAnswer, port: number): RecordedAnswer {
  // Newer versions of V8 add the place to the message of a JSON error.
  const text = (value: string): string =>
    value.replaceAll(`localhost:${port}`, '<host>').replaceAll(/ \(line \d+ column \d+\)/g, '');
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of answer.headers) {
    if (name === 'date') continue;
    const before = headers[name];
    headers[name] = before === undefined ? text(value) : [before, text(value)].flat();
  }
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
