import type { InputFormat } from '../job.js';

/** A content type taken apart; names in lower case. */
export interface MediaType {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const mostCharacters = 300;

/** Takes a content type apart; undefined when it is none. */
export function parseMediaType(text: string): MediaType | undefined {
  if (text.length > mostCharacters) return undefined;
  const [first = '', ...rest] = text.split(';');
  const name = first.trim().toLowerCase();
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(name)) return undefined;
  const parameters = new Map<string, string>();
  for (const one of rest) {
    const [key = '', value = ''] = one.split('=');
    parameters.set(key.trim().toLowerCase(), value.trim().replaceAll('"', '').toLowerCase());
  }
  return { name, parameters };
}

/** Format of the records behind a media type; 'gzip' where that is wrapped. Others are not taken. */
export const recordTypes: ReadonlyMap<string, InputFormat | 'gzip'> = new Map<string, InputFormat | 'gzip'>([
  ['application/json', 'jsonArray'],
  ['application/jsonl', 'jsonLines'],
  ['application/jsonlines', 'jsonLines'],
  ['application/x-jsonlines', 'jsonLines'],
  ['application/x-ndjson', 'jsonLines'],
  ['text/csv', 'csv'],
  ['text/tab-separated-values', 'tsv'],
  ['application/vnd.apache.parquet', 'parquet'],
  ['application/gzip', 'gzip'],
]);
