import { parse } from 'csv-parse/sync';
import type { Dialect } from '../../job.js';
import { firstRecords } from '../csv/csvText.js';
import type { ReadStop } from '../recordReader.js';
import type { HeadText } from './headText.js';

/** The first records of a table under one delimiter. */
export interface HeadRecords {
  readonly delimiter: string;
  readonly records: readonly (readonly string[])[];
  /** Index into the head behind the first record and its line end. */
  readonly firstEnd: number;
  /** Bytes of the head that were looked at, and whether they are the whole text. */
  readonly looked: number;
  readonly isWhole: boolean;
  /** Why there are no more records, where that is a fault. */
  readonly stop?: Pick<ReadStop, 'code' | 'message'>;
}

/** Records that are looked at. */
const mostRecords = 21;
/** Bytes that the parser of other dialects looks at, which is far slower than the scanner. */
const mostParsedBytes = 128 * 1024;

/** Whether the byte scanner does not take the dialect, so that its texts are written anew first. */
export function needsRewrite({ delimiter, quote, escape, comment }: Dialect): boolean {
  return escape !== undefined || comment !== undefined || !isAscii(delimiter) || !isAscii(quote);
}

const isAscii = (mark: string | null | undefined) =>
  mark === undefined || mark === null || (mark.length === 1 && mark.charCodeAt(0) < 0x80);

/** Reads the first records of a head with a delimiter, quotes and the rest as the dialect says. */
export function headRecords(head: HeadText, dialect: Dialect, delimiter: string): HeadRecords {
  return needsRewrite(dialect)
    ? parsedRecords(head, dialect, delimiter)
    : scannedRecords(head, dialect, delimiter);
}

function scannedRecords({ bytes, isWhole }: HeadText, { quote }: Dialect, delimiter: string): HeadRecords {
  const layout = {
    encoding: 'utf-8',
    delimiter: delimiter.charCodeAt(0),
    quote: quote === null ? -1 : (quote ?? '"').charCodeAt(0),
    newline: 'lf',
  } as const;
  const text = firstRecords(bytes, layout, mostRecords, isWhole);
  const records: string[][] = [];
  let firstEnd = 0;
  for (const record of text) {
    if (records.length === 0) firstEnd = text.endOffset;
    records.push(record);
  }
  const looked = bytes.length;
  return { delimiter, records, firstEnd, looked, isWhole, ...(text.stop ? { stop: text.stop } : {}) };
}

/** The options are those with which the whole text is parsed when it is written anew. */
function parsedRecords(head: HeadText, dialect: Dialect, delimiter: string): HeadRecords {
  const { quote = '"', escape, comment } = dialect;
  const bytes = head.bytes.subarray(0, mostParsedBytes);
  const isWhole = head.isWhole && bytes.length === head.bytes.length;
  const records: string[][] = [];
  const looked = bytes.length;
  let firstEnd = 0;
  const end = isWhole ? bytes.length : lastLineEnd(bytes);
  try {
    parse(Buffer.from(bytes.buffer, bytes.byteOffset, end), {
      delimiter: Buffer.from(delimiter),
      quote: quote === null ? null : Buffer.from(quote),
      escape: escape === undefined ? (quote === null ? null : Buffer.from(quote)) : Buffer.from(escape),
      ...(comment === undefined ? {} : { comment, comment_no_infix: true }),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      to: mostRecords,
      on_record: (record: string[], info) => {
        if (records.length === 0) firstEnd = info.bytes;
        records.push(record);
        return null;
      },
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('CSV_')) throw error;
    // a head may end within quotes
    if (isWhole || records.length === 0) {
      const stop = { code: 'JOB_QUOTE_UNCLOSED', message: 'a quoted cell has no closing quote' } as const;
      return { delimiter, records, firstEnd, looked, isWhole, stop };
    }
  }
  return { delimiter, records, firstEnd, looked, isWhole };
}

function lastLineEnd(bytes: Uint8Array): number {
  return Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1;
}
