import { JobFailure } from '../../jobFailure.js';
import type { InputFormat } from '../../job.js';

/** Formats of text, where tables with any delimiter are one. */
export type TextKind = 'table' | 'jsonLines' | 'jsonArray';

const kinds: Readonly<Record<Exclude<InputFormat, 'parquet'>, TextKind>> = {
  csv: 'table',
  tsv: 'table',
  jsonLines: 'jsonLines',
  jsonArray: 'jsonArray',
};

/**
 * Tells tables, JSON Lines and JSON arrays apart: by what was said, which must fit, else by how the text begins; the
 * hint counts where that tells nothing. Throws a JobFailure JOB_INPUT_FORMAT.
 */
export function chooseFormat(
  input: string,
  bytes: Uint8Array,
  said: InputFormat | undefined,
  hint: InputFormat | undefined,
): TextKind {
  const begins = beginning(bytes);
  if (said !== undefined && said !== 'parquet') {
    const kind = kinds[said];
    if (kind === 'jsonArray' && begins !== 'array' && begins !== 'list' && begins !== 'nothing') {
      throw formatFault(input, "a JSON array, which begins with '['");
    }
    return kind;
  }
  const hinted = hint === undefined || hint === 'parquet' ? undefined : kinds[hint];
  if (begins === 'nothing') return hinted ?? 'table';
  if (hinted === 'table') return 'table';
  if (begins === 'object') return 'jsonLines';
  if (begins === 'array') return 'jsonArray';
  // `[1,` may go on as one array of numbers, which is no table, so that it is a record
  if (begins === 'list') return 'jsonLines';
  if (hinted !== undefined) throw formatFault(input, 'JSON');
  return 'table';
}

/** `array`: brackets with objects or arrays in them; `list`: brackets with something else. */
function beginning(bytes: Uint8Array): 'nothing' | 'object' | 'array' | 'list' | 'other' {
  const at = skipBlanks(bytes, 0);
  if (at === bytes.length) return 'nothing';
  const next = bytes[skipBlanks(bytes, at + 1)];
  // a header could begin with a brace as well, but not like this
  if (bytes[at] === 0x7b) return next === 0x22 || next === 0x7d ? 'object' : 'other';
  if (bytes[at] !== 0x5b) return 'other';
  return next === 0x7b || next === 0x5b || next === 0x5d ? 'array' : 'list';
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at] as number)) at++;
  return at;
}

const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

const formatFault = (input: string, expected: string) =>
  new JobFailure(
    'JOB_INPUT_FORMAT',
    `input '${input}': expected ${expected}, got a text that begins otherwise`,
  );
