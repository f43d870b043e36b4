import type { ColumnSpec } from '../../../models/signature.js';
import { bindColumns } from '../bindColumns.js';
import type { RowSink, RowTarget } from '../recordReader.js';
import { cellFault, notUtf8, type CellFault } from './cellFault.js';
import type { RecordCells } from './recordCells.js';

/** Hands the cells of records to one model's sink. */
export class RowFiller {
  readonly sink: RowSink;
  /** Some column takes texts as they are. */
  readonly takesText: boolean;

  private readonly columns: RowTarget['columns'];
  /** Place in the record per column of the model; -1 where the file has no such column. */
  private readonly places: Int32Array;
  private readonly isCharacter: Uint8Array;

  constructor({ columns, sink }: RowTarget, header: readonly string[]) {
    this.columns = columns;
    this.sink = sink;
    const names = columns.map(({ name }) => name);
    this.places = Int32Array.from(bindColumns(header, names));
    this.isCharacter = Uint8Array.from(columns, ({ type }) => (type === 'character' ? 1 : 0));
    this.takesText = this.isCharacter.includes(1);
  }

  /** Sets every column of the row from the last scanned record, without the commit. Gives the first fault. */
  fill(cells: RecordCells): CellFault | undefined {
    const { sink, places, isCharacter } = this;
    const { starts, ends, bytes } = cells.scanner;
    for (let column = 0; column < places.length; column++) {
      const cell = places[column] as number;
      if (cell === -1 || (starts[cell] === ends[cell] && cells.isMissing(cell))) {
        const problem = sink.setValue(column, undefined);
        if (problem === undefined) continue;
        return { code: 'ROW_MISSING', column: this.nameOf(column), message: problem };
      }
      if (isCharacter[column] === 1 && !cells.isUtf8(cell)) return notUtf8(this.nameOf(column), cells, cell);
      const problem = cells.isDoubled(cell)
        ? setDoubled(sink, column, cells, cell)
        : sink.setText(column, bytes, starts[cell] as number, ends[cell] as number);
      if (problem === undefined) continue;
      const fault = cellFault('ROW_VALUE', this.nameOf(column), problem, cells, cell);
      return isCharacter[column] === 0 && missing.test(fault.text ?? '')
        ? { ...fault, code: 'ROW_MISSING' }
        : fault;
    }
    return undefined;
  }

  private nameOf(column: number): string {
    return (this.columns[column] as ColumnSpec).name;
  }
}

/** Cells beside the empty one that are missing values where no text is wanted: `""`, blanks and NaN. */
const missing = /^[ \t]*(?:nan[ \t]*)?$/i;

function setDoubled(sink: RowSink, column: number, cells: RecordCells, cell: number): string | undefined {
  const length = cells.undouble(cell);
  return sink.setText(column, cells.scratch, 0, length);
}
