import type { ColumnSpec, TensorSpec } from '../../../models/signature.js';
import { cellValue, missingCell, missingValue } from '../../../protocols/columns/cellValue.js';
import type { TensorData } from '../../../tensors/datatypes.js';
import { setElement } from '../../../tensors/setElement.js';

/**
 * Writes the cells of one column into the tensor of its input, by row. The rules are those of `RowSink`: undefined when
 * the value fits, else the rule that it breaks and what came.
 */
export interface CellWriter {
  setText(row: number, bytes: Uint8Array, start: number, end: number): string | undefined;
  setValue(row: number, value: unknown): string | undefined;
}

/** Where the cells of a column with one element per row go. */
export interface ElementPlace {
  readonly column: ColumnSpec;
  readonly input: TensorSpec;
  /** Shared by all columns of a feature tensor. */
  readonly data: TensorData;
  /** Elements per row. */
  readonly width: number;
  /** Element within the row. */
  readonly at: number;
}

/** Writes a JSON or Parquet value by the rules of the real-time path; `came` names a missing one in the message. */
export function setCell(
  place: ElementPlace,
  row: number,
  cell: unknown,
  came = cell === undefined ? 'nothing' : 'null',
): string | undefined {
  // JSON has no NaN: it is how Parquet files of data frames say that there is no value
  const value = cellValue(place.column, place.input, Number.isNaN(cell) ? null : cell);
  if (value === missingCell) return missingValue(place.column, came);
  return setElement(place.input.datatype, place.data, row * place.width + place.at, value);
}
