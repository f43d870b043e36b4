/** A CSV input with its joined result, made row by row. */
export interface MadeInput {
  readonly csv: string;
  readonly rows: number;
}

export interface InputShape {
  readonly rows: number;
  /** About so many bytes of text in each row. */
  readonly noteBytes: number;
  /** The text is quoted and full of line breaks, so that most cuts fall inside quotes. */
  readonly isQuoted: boolean;
  /** Every so many-th row has no number; none when absent. */
  readonly badEvery?: number;
}

/** Rows `x,note` for the models that take one number `x`. */
export function quotedInput({ rows, noteBytes, isQuoted, badEvery = Infinity }: InputShape): MadeInput {
  let csv = 'x,note\n';
  for (let row = 0; row < rows; row++) {
    const x = row % badEvery === badEvery - 1 ? 'none' : String(row % 1000);
    csv += `${x},${noteOf(row, noteBytes, isQuoted)}\n`;
  }
  return { csv, rows };
}

/** Few long lines: every one that is read as a record makes an error row. */
const filler = '.'.repeat(100);

/** A text that begins like a good record where it is quoted, and goes on like bad ones; different in every row. */
function noteOf(row: number, noteBytes: number, isQuoted: boolean): string {
  const piece = isQuoted ? `\nline,${row} ""word"" ${filler}` : ` ${row} one word ${filler}`;
  const text = piece.repeat(Math.ceil(noteBytes / piece.length));
  return isQuoted ? `"first\n${row},good${text}"` : text.trimStart();
}
