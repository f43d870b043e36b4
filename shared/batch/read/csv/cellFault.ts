import type { RowCode } from '../../../errors/codes.js';
import type { RecordFault } from '../recordReader.js';
import type { RecordCells } from './recordCells.js';

/** A fault of the record that is being read. */
export type CellFault = Omit<RecordFault, 'record'>;

/** Characters of the original text that a fault keeps. */
const textLength = 200;

/** A fault of one cell, with its text. */
export function cellFault(
  code: RowCode,
  column: string,
  message: string,
  cells: RecordCells,
  cell: number,
): CellFault {
  const { starts, ends } = cells.scanner;
  const text = cells.isDoubled(cell)
    ? cells.text(cell)
    : cells.firstCharacters(starts[cell] as number, ends[cell] as number, textLength);
  return { code, column, message, text: cut(text) };
}

/** ROW_ENCODING of a cell. */
export function notUtf8(column: string, cells: RecordCells, cell: number): CellFault {
  return cellFault('ROW_ENCODING', column, 'expected a text in UTF-8, got other bytes', cells, cell);
}

/** The fault of a record whose cells cannot be told: text behind a closing quote, or another number than the header. */
export function recordFault(
  cells: RecordCells,
  start: number,
  header: readonly string[],
): CellFault | undefined {
  const { stray, cellCount, end } = cells.scanner;
  if (stray !== -1) {
    const message = 'expected the end of the cell behind the closing quote, got text';
    return cellFault('ROW_QUOTE', header[stray] ?? `#${stray + 1}`, message, cells, stray);
  }
  if (cellCount === header.length) return undefined;
  const message = `expected ${header.length} cells as in the header, got ${cellCount}`;
  return { code: 'ROW_WIDTH', message, text: cut(cells.firstCharacters(start, end, textLength)) };
}

function cut(text: string): string {
  const short = text.slice(0, textLength);
  return short.isWellFormed() ? short : short.slice(0, -1);
}
