import { setImmediate } from 'node:timers/promises';

/** Error rows among others, by their row. */
export interface ErrorsOfRows {
  /** Error rows in front of the first wanted row. */
  readonly before: number;
  /** JSON objects without `row`, by row. */
  readonly errors: ReadonlyMap<number, string>;
}

/** Bytes looked through at a time, some milliseconds. */
const sliceBytes = 256 * 1024;

const rowKey = '{"row":';
const lineFeed = 0x0a;
const comma = 0x2c;

/**
 * The error rows of rows [first, last) among lines as `finalErrorRows` writes them, in order of row. Runs on the main
 * thread and leaves the event loop free in between.
 */
export async function errorsOfRows(lines: Uint8Array, first: number, last: number): Promise<ErrorsOfRows> {
  const text = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  const errors = new Map<number, string>();
  let before = 0;
  let pause = sliceBytes;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(lineFeed, start);
    const rowEnd = text.indexOf(comma, start);
    const row = Number(text.toString('latin1', start + rowKey.length, rowEnd));
    if (row >= last) break;
    if (row < first) before++;
    else errors.set(row, `{${text.toString('utf8', rowEnd + 1, end)}`);
    start = end + 1;
    if (start > pause) {
      pause = start + sliceBytes;
      await setImmediate();
    }
  }
  return { before, errors };
}
