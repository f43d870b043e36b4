import { ScoringError } from '../../../errors/scoringError.js';
import type { ColumnSpec, TensorSpec } from '../../../models/signature.js';
import { cellValue, missingCell, missingValue } from '../../../protocols/columns/cellValue.js';
import { rowShape } from '../../../protocols/columns/rowShape.js';
import { parseJson } from '../../../protocols/parseJson.js';
import { datatypeFacts, type Tensor, type TensorData } from '../../../tensors/datatypes.js';
import { checkLengths, fillData } from '../../../tensors/fillData.js';
import { elementCount } from '../../../tensors/shape.js';
import type { CellWriter } from './cellWriter.js';
import { sliceData } from './sliceData.js';
import { trimmedText } from './trimmedText.js';

/**
 * Cells of an input with an array per row: JSON texts in CSV. Memory grows with what the rows hold. Where the input has
 * open dimensions, rows may differ in shape, and only rows of one shape make a tensor.
 */
export class VectorCells implements CellWriter {
  readonly #column: ColumnSpec;
  readonly #input: TensorSpec;
  #data: TensorData;
  /** Per row: its lengths, without the batch, and the elements [start, end). */
  readonly #shapes: (readonly number[])[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(column: ColumnSpec, input: TensorSpec) {
    this.#column = column;
    this.#input = input;
    this.#data = datatypeFacts(input.datatype).allocate(0);
  }

  setText(row: number, bytes: Uint8Array, start: number, end: number): string | undefined {
    if (trimmedText(bytes, start, end) === '') return this.#set(row, null, 'an empty cell');
    const exactIntegers = datatypeFacts(this.#input.datatype).kind === 'bigint';
    let value: unknown;
    try {
      value = parseJson(bytes.subarray(start, end), { exactIntegers });
    } catch (error) {
      if (!(error instanceof ScoringError)) throw error;
      return `expected an array in JSON: ${error.message}`;
    }
    return this.#set(row, value, 'null');
  }

  setValue(row: number, value: unknown): string | undefined {
    return this.#set(row, value, value === undefined ? 'nothing' : 'null');
  }

  /** The first of the rows behind `from`, before `to`, that has another shape; else `to`. */
  sameShapeUntil(from: number, to: number): number {
    if (!this.#input.shape.includes(-1, 1)) return to;
    const shape = this.#shapes[from];
    for (let row = from + 1; row < to; row++) {
      const other = this.#shapes[row];
      if (!shape?.every((length, axis) => other?.[axis] === length)) return row;
    }
    return to;
  }

  /** A view of rows [from, to). Throws SCORE_ERR_RUN_FAILED where their shapes differ. */
  tensor(from: number, to: number): Tensor {
    const { datatype, name } = this.#input;
    if (this.sameShapeUntil(from, to) < to) {
      throw new ScoringError(
        'SCORE_ERR_RUN_FAILED',
        `arrays of different lengths for input '${name}' in one run`,
      );
    }
    const inner = from < to ? (this.#shapes[from] as readonly number[]) : rowShape(this.#input, undefined);
    const start = this.#starts[from] ?? 0;
    const end = from < to ? (this.#ends[to - 1] as number) : start;
    return { datatype, shape: [to - from, ...inner], data: sliceData(this.#data, start, end) };
  }

  #set(row: number, cell: unknown, came: string): string | undefined {
    const value = cellValue(this.#column, this.#input, cell);
    if (value === missingCell) return missingValue(this.#column, came);
    const inner = rowShape(this.#input, value);
    const shape = [1, ...inner];
    const misfit = checkLengths(shape, [value]);
    if (misfit) return misfit.problem;
    const start = row === 0 ? 0 : (this.#ends[row - 1] as number);
    const end = start + elementCount(inner);
    this.#makeRoom(end);
    this.#shapes[row] = inner;
    this.#starts[row] = start;
    this.#ends[row] = end;
    return fillData(this.#input.datatype, shape, this.#data, start, [value])?.problem;
  }

  #makeRoom(length: number): void {
    const old = this.#data;
    if (length <= old.length) return;
    const grown = datatypeFacts(this.#input.datatype).allocate(Math.max(length, old.length * 2));
    if (Array.isArray(old)) for (let i = 0; i < old.length; i++) grown[i] = old[i] as string;
    // both were allocated for the same datatype
    else (grown as Float32Array).set(old as Float32Array);
    this.#data = grown;
  }
}
