import { isUtf8 } from 'node:buffer';
import type { InputFormat } from '../job.js';
import { JobFailure } from '../jobFailure.js';
import type { TextLayout } from '../plan/plan.js';
import { chooseDelimiter } from './detect/chooseDelimiter.js';
import { chooseFormat } from './detect/chooseFormat.js';
import { chooseHeader } from './detect/chooseHeader.js';
import type { DetectRequest } from './detect/detectRequest.js';
import { formatHint } from './detect/formatHint.js';
import { headKeys } from './detect/headKeys.js';
import { needsRewrite } from './detect/headRecords.js';
import { headText, type HeadText } from './detect/headText.js';
import { refuseOtherFiles } from './detect/refuseOtherFiles.js';
import { requireColumns, requireKeys } from './detect/requireColumns.js';

/** How a text is to be read; everything is decided. */
export interface DetectedText {
  readonly format: Exclude<InputFormat, 'parquet'>;
  /** As the text stands in the input. Delimiter and quote do not count where it is written anew. */
  readonly text: TextLayout;
  /** Columns in the order of the file; undefined where records are JSON objects. */
  readonly header?: readonly string[];
  /** Keys of the first objects, where records are JSON objects. */
  readonly keys?: readonly string[];
  /** First byte behind byte order mark and header. */
  readonly dataStart: number;
  /** The byte scanner does not take the dialect: the text is written anew first. */
  readonly needsRewrite: boolean;
}

const cr = 0x0d;
const lf = 0x0a;

/**
 * Finds out from the first bytes of a text (not compressed, up to 1 MiB; `isWhole`: there are no more) how it is to be
 * read, as far as the dialect leaves that open, and that it has the columns that are wanted. An empty text and one of a
 * header alone have no rows, which is no fault. Takes a few milliseconds.
 *
 * Throws JobFailures: JOB_INPUT_FORMAT for what is no table, JOB_INPUT_ENCODING, JOB_COLUMNS, and JOB_RECORD_TOO_LONG or
 * JOB_QUOTE_UNCLOSED where the first record does not end within the head.
 */
export function detectText(
  head: Uint8Array<ArrayBuffer>,
  isWhole: boolean,
  request: DetectRequest,
): DetectedText {
  const { name, dialect } = request;
  const hint = formatHint(name, request.contentType);
  const text = headText(name, head, isWhole, dialect.encoding);
  refuseOtherFiles(name, text.bytes);
  const kind = chooseFormat(name, text.bytes, dialect.format, hint);
  if (kind === 'table') return detectTable(text, request, hint === 'tsv');
  if (dialect.columns) requireColumns(request, dialect.columns);
  const keys = dialect.columns ? undefined : headKeys(text, kind);
  if (keys) requireKeys(request, keys);
  return {
    format: kind,
    text: layoutOf(text, ',', '"'),
    ...(dialect.columns ? { header: dialect.columns } : {}),
    ...(keys ? { keys } : {}),
    dataStart: text.offsetOf(0),
    needsRewrite: false,
  };
}

function detectTable(text: HeadText, request: DetectRequest, isTsv: boolean): DetectedText {
  const { name, dialect } = request;
  const { delimiter, records, firstEnd, looked, isWhole, stop } = chooseDelimiter(text, request, isTsv);
  if (records.length === 0) {
    if (stop) throw new JobFailure(stop.code, `input '${name}', first record: ${stop.message}`);
    if (!isWhole) {
      const message = `input '${name}': the first record does not end within ${looked} bytes`;
      throw new JobFailure('JOB_RECORD_TOO_LONG', message);
    }
  }
  const { names, inFile } = chooseHeader(request, records);
  if (inFile && !isUtf8(text.bytes.subarray(0, firstEnd))) {
    throw new JobFailure(
      'JOB_INPUT_ENCODING',
      `input '${name}': expected a header in UTF-8, got other bytes`,
    );
  }
  if (records.length > 0) requireColumns(request, names);
  return {
    format: delimiter === '\t' ? 'tsv' : 'csv',
    text: layoutOf(text, delimiter, dialect.quote === undefined ? '"' : dialect.quote),
    header: names,
    dataStart: text.offsetOf(inFile ? firstEnd : 0),
    needsRewrite: needsRewrite(dialect),
  };
}

function layoutOf({ encoding, bytes }: HeadText, delimiter: string, quote: string | null): TextLayout {
  return {
    encoding,
    delimiter: delimiter.charCodeAt(0),
    quote: quote === null ? -1 : quote.charCodeAt(0),
    newline: bytes.includes(cr) && !bytes.includes(lf) ? 'cr' : 'lf',
  };
}
