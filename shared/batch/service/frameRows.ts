import { ScoringError } from '../../errors/scoringError.js';
import { fieldError, pointerStep } from '../../protocols/jsonObject.js';
import { ElementCursor } from './elementCursor.js';
import { jsonTypeAt } from './jsonTypeAt.js';
import type { RowLines } from './rowLines.js';
import type { Turns } from './turns.js';

/** A column of a frame: where its array stands in the body; undefined where it is left out. */
export interface FrameColumn {
  readonly name: string;
  readonly at: { readonly start: number; readonly end: number } | undefined;
}

/** Bytes of all columns together whose elements are known ahead. */
const aheadBytes = 2 ** 20;
const openBracket = 0x5b;
/** What a cell takes beside its bytes, as if it were bytes. */
const cellCost = 8;

/**
 * Appends the rows of a frame: the first elements of all columns, then the second ones. Gives their number. `place`: JSON
 * pointer of the frame.
 *
 * Throws SCORE_ERR_REQUEST_FIELD for a column that is no array, SCORE_ERR_INPUT_SHAPE for columns of different lengths,
 * and SCORE_ERR_BATCH_TOO_LARGE.
 */
export async function frameRows(
  body: Uint8Array,
  columns: readonly FrameColumn[],
  place: string,
  lines: RowLines,
  turns: Turns,
): Promise<number> {
  const stepBytes = Math.min(16 * 1024, Math.max(256, Math.floor(aheadBytes / columns.length)));
  const cursors = columns.map(({ name, at }) => {
    if (!at) return undefined;
    if (body[at.start] !== openBracket) {
      const message = `expected an array with one value per row, got ${jsonTypeAt(body, at.start)}`;
      throw fieldError(`${place}/${pointerStep(name)}`, message);
    }
    return new ElementCursor(body, at.start, at.end, turns, stepBytes);
  });
  const [first] = cursors.filter((cursor) => cursor !== undefined);
  for (let rows = 0; ; rows++) {
    const hasRow = first !== undefined && (first.isAhead || (await first.load()));
    const before = lines.bytes;
    for (const cursor of cursors) {
      const hasCell = cursor && (cursor.isAhead || (await cursor.load()));
      if (cursor && hasCell !== hasRow) throw await lengthsError(body, columns, place, turns);
      if (!hasRow) continue;
      cursor?.take();
      if (cursor) lines.cell(body, cursor.start, cursor.end);
      else lines.cell();
    }
    if (!hasRow) return rows;
    lines.endRow();
    if (turns.areDue(lines.bytes - before + columns.length * cellCost)) await turns.take();
  }
}

async function lengthsError(
  body: Uint8Array,
  columns: readonly FrameColumn[],
  place: string,
  turns: Turns,
): Promise<ScoringError> {
  const lengths: { readonly name: string; readonly length: number }[] = [];
  for (const { name, at } of columns) {
    if (at) lengths.push({ name, length: await lengthOf(body, at, turns) });
  }
  const expected = lengths[0]?.length;
  const { name, length } = lengths.find((one) => one.length !== expected) as (typeof lengths)[number];
  const message = `column '${name}': expected ${expected} rows as in the first column, got ${length}`;
  const pointer = `${place}/${pointerStep(name)}`;
  return new ScoringError('SCORE_ERR_INPUT_SHAPE', message, { places: [{ pointer, message }] });
}

async function lengthOf(
  body: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  turns: Turns,
): Promise<number> {
  const cursor = new ElementCursor(body, start, end, turns);
  let length = 0;
  for (; cursor.isAhead || (await cursor.load()); length++) cursor.take();
  return length;
}
