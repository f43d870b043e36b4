import { setImmediate } from 'node:timers/promises';
import type { Info } from 'csv-parse';
import { BrokenText } from './brokenText.js';
import type { RecordBounds } from './recordEnds.js';
import type { UnpackPlan } from './unpackPlan.js';

/** What the parser takes at once: one or two milliseconds of this thread. */
const blockBytes = 16 * 1024;

type DialectPlan = Pick<UnpackPlan, 'text' | 'dialect'>;

/**
 * Records of a dialect that the scanner does not take, as CSV with commas and double quotes. The parser sees bytes, not
 * characters: what is no UTF-8 stays so. Comments and empty lines are left out, and the quotes of empty cells are lost:
 * such cells count as missing.
 *
 * Throws BrokenText, behind all the records before, for a record or quoted cell over its bound and for a quote that is
 * open at the end. `firstOffset`: of the first byte, for messages.
 */
export async function* rewriteCsv(
  source: AsyncIterable<Uint8Array>,
  plan: DialectPlan,
  bounds: RecordBounds,
  firstOffset: number,
): AsyncGenerator<Uint8Array> {
  const { parse } = await import('csv-parse');
  let lines: string[] = [];
  const parser = parse({
    ...parserOptions(plan),
    max_record_size: bounds.recordBytes,
    // what is pushed would be lost with an error behind it
    on_record: (cells: string[]) => {
      lines.push(`${cells.length === 1 && cells[0] === '' ? '""' : cells.map(cellText).join()}\n`);
      return null;
    },
  });
  let errorCode: string | undefined;
  parser.on('error', (error: Error & { readonly code?: string }) => {
    errorCode = error.code ?? error.message;
  });
  parser.resume();
  const takeLines = () => {
    const text = Buffer.from(lines.join(''), 'latin1');
    lines = [];
    return text;
  };
  const check = () => {
    const broken = brokenBy(parser as unknown as ParserInsides, errorCode, bounds, firstOffset);
    if (broken) throw broken;
  };
  try {
    for await (const block of blocks(source)) {
      await called((done) => parser.write(block, done));
      yield takeLines();
      check();
      await setImmediate();
    }
    await called((done) => parser.end(done));
    yield takeLines();
    check();
  } finally {
    parser.destroy();
  }
}

function parserOptions({ text, dialect = {} }: DialectPlan) {
  const layoutQuote = text.quote === -1 ? null : String.fromCharCode(text.quote);
  const quote = dialect.quote === undefined ? layoutQuote : dialect.quote;
  const escape = dialect.escape ?? quote;
  return {
    // one character per byte, in and out
    encoding: 'latin1' as const,
    delimiter: byteText(dialect.delimiter ?? String.fromCharCode(text.delimiter)),
    quote: quote === null ? null : byteText(quote),
    escape: escape === null ? null : byteText(escape),
    ...(dialect.comment === undefined ? {} : { comment: byteText(dialect.comment), comment_no_infix: true }),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
  };
}

/** The UTF-8 bytes of a text, one character each. */
const byteText = (text: string) => Buffer.from(text).toString('latin1');

const cellText = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Resolves when the callback is called; a stream tells its errors by their event. */
const called = (begin: (done: () => void) => void) =>
  new Promise<void>((resolve) => {
    begin(() => {
      resolve();
    });
  });

/** What the types of the parser leave out: whether it is within quotes, and the cell so far. */
interface ParserInsides {
  readonly info: Info;
  readonly state: { readonly quoting: boolean; readonly field: { readonly length: number } };
}

function brokenBy(
  { info, state }: ParserInsides,
  errorCode: string | undefined,
  { recordBytes, quotedBytes }: RecordBounds,
  firstOffset: number,
): Error | undefined {
  // behind the last cell that ended
  const offset = firstOffset + info.bytes;
  if (errorCode === 'CSV_QUOTE_NOT_CLOSED' || (state.quoting && state.field.length > quotedBytes)) {
    return new BrokenText('JOB_QUOTE_UNCLOSED', 'a quoted cell has no closing quote', offset);
  }
  if (errorCode === undefined) return undefined;
  if (errorCode === 'CSV_MAX_RECORD_SIZE') {
    return new BrokenText(
      'JOB_RECORD_TOO_LONG',
      `a record is over the limit of ${recordBytes} bytes`,
      offset,
    );
  }
  return new BrokenText('JOB_INPUT_FORMAT', `the records cannot be told apart (${errorCode})`, offset);
}

/** The same bytes in blocks of one length, so that bounds are looked at in the same places whatever comes at once. */
async function* blocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(blockBytes);
  let length = 0;
  for await (const slice of source) {
    for (let at = 0; at < slice.length;) {
      const taken = Math.min(blockBytes - length, slice.length - at);
      block.set(slice.subarray(at, at + taken), length);
      length += taken;
      at += taken;
      if (length < blockBytes) continue;
      yield block;
      // the parser keeps views of the bytes it has not used
      block = new Uint8Array(blockBytes);
      length = 0;
    }
  }
  if (length > 0) yield block.subarray(0, length);
}
