import type { InputFormat } from '../../job.js';
import { parseMediaType, recordTypes } from '../../submit/mediaType.js';

const byEnding: ReadonlyMap<string, InputFormat> = new Map<string, InputFormat>([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['json', 'jsonArray'],
  ['jsonl', 'jsonLines'],
  ['ndjson', 'jsonLines'],
  ['parquet', 'parquet'],
]);

/** The format that the name of an input says, else its content type; undefined where neither tells one. */
export function formatHint(name: string, contentType: string | undefined): InputFormat | undefined {
  const ending = /\.(\w+)(?:\.gz)?$/.exec(name.toLowerCase())?.[1] ?? '';
  const named = byEnding.get(ending);
  if (named || contentType === undefined) return named;
  const typed = recordTypes.get(parseMediaType(contentType)?.name ?? '');
  return typed === 'gzip' ? undefined : typed;
}
