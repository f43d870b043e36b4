import type { ColumnSpec, Signature, TensorSpec } from '../../models/signature.js';
import type { NamedTensors } from '../../protocols/codec.js';
import { datatypeFacts, type Tensor, type TensorData } from '../../tensors/datatypes.js';
import { BooleanCells } from './cells/booleanCells.js';
import type { CellWriter, ElementPlace } from './cells/cellWriter.js';
import { LongIntegerCells } from './cells/longIntegerCells.js';
import { NumberCells } from './cells/numberCells.js';
import { sliceData } from './cells/sliceData.js';
import { TextCells } from './cells/textCells.js';
import { VectorCells } from './cells/vectorCells.js';
import { padTensor } from './padTensor.js';
import type { RowSink } from './recordReader.js';

/** The tensor of one input as it is being filled. */
type Filled =
  | {
      readonly input: TensorSpec;
      readonly data: TensorData;
      readonly width: number;
      readonly inner: readonly number[];
    }
  | { readonly input: TensorSpec; readonly vectors: VectorCells };

/**
 * The tensors of a block of rows, filled cell by cell. The same values make the same tensors as `decodeColumns` makes
 * of them row by row.
 *
 * Takes memory for `capacity` rows at once; inputs with an array per row grow instead. `commit` beyond the capacity is a
 * fault of the caller and throws.
 */
export class TensorRows implements RowSink {
  readonly #capacity: number;
  readonly #cells: readonly CellWriter[];
  readonly #filled: readonly Filled[];
  #count = 0;

  constructor(signature: Signature, capacity: number) {
    this.#capacity = capacity;
    const filled: Filled[] = [];
    const cells = new Map<ColumnSpec, CellWriter>();
    const [first] = signature.inputs;
    if (signature.layout === 'features' && first) {
      const width = signature.columns.length;
      const data = datatypeFacts(first.datatype).allocate(capacity * width);
      filled.push({ input: first, data, width, inner: [width] });
      for (const [at, column] of signature.columns.entries()) {
        cells.set(column, elementCells({ column, input: first, data, width, at }));
      }
    } else {
      const byName = new Map(signature.columns.map((column) => [column.name, column]));
      for (const input of signature.inputs) {
        const column = byName.get(input.name);
        if (!column) continue;
        if (column.type === 'vector') {
          const vectors = new VectorCells(column, input);
          filled.push({ input, vectors });
          cells.set(column, vectors);
        } else {
          const data = datatypeFacts(input.datatype).allocate(capacity);
          filled.push({ input, data, width: 1, inner: input.shape.slice(1).fill(1) });
          cells.set(column, elementCells({ column, input, data, width: 1, at: 0 }));
        }
      }
    }
    this.#filled = filled;
    this.#cells = signature.columns.map((column) => cells.get(column) as CellWriter);
  }

  get count(): number {
    return this.#count;
  }

  setText(column: number, bytes: Uint8Array, start: number, end: number): string | undefined {
    return (this.#cells[column] as CellWriter).setText(this.#count, bytes, start, end);
  }

  setValue(column: number, value: unknown): string | undefined {
    return (this.#cells[column] as CellWriter).setValue(this.#count, value);
  }

  commit(): void {
    // elements behind the end of a typed array are lost without a word
    if (this.#count === this.#capacity) throw new RangeError(`there is room for ${this.#capacity} rows only`);
    this.#count++;
  }

  reset(): void {
    this.#count = 0;
  }

  /**
   * The end of the rows from `from` on, at most `to`, that one run can take: arrays of inputs with open dimensions may
   * differ in length from row to row.
   */
  sameShapeUntil(from: number, to: number): number {
    let end = to;
    for (const one of this.#filled) if ('vectors' in one) end = one.vectors.sameShapeUntil(from, end);
    return end;
  }

  /**
   * The tensors of the committed rows [from, to). Numbers are views: they change with the rows that are set after the
   * next `reset`. Throws SCORE_ERR_RUN_FAILED for rows that one run cannot take (`sameShapeUntil`).
   */
  feeds(from: number, to: number): NamedTensors {
    const feeds: Record<string, Tensor> = {};
    for (const one of this.#filled) feeds[one.input.name] = tensorOf(one, from, to);
    return feeds;
  }

  /**
   * The same for a model that takes exactly `rows` rows at once: the last row is repeated, and the outputs
   * of the repetitions are to be left out.
   */
  paddedFeeds(from: number, to: number, rows: number): NamedTensors {
    const feeds: Record<string, Tensor> = {};
    for (const one of this.#filled) feeds[one.input.name] = padTensor(tensorOf(one, from, to), rows);
    return feeds;
  }
}

function tensorOf(one: Filled, from: number, to: number): Tensor {
  if ('vectors' in one) return one.vectors.tensor(from, to);
  const { datatype, shape } = one.input;
  const data = sliceData(one.data, from * one.width, to * one.width);
  // an input without dimensions takes one row
  return { datatype, shape: shape.length === 0 ? [] : [to - from, ...one.inner], data };
}

function elementCells(place: ElementPlace): CellWriter {
  switch (datatypeFacts(place.input.datatype).kind) {
    case 'text':
      return new TextCells(place);
    case 'boolean':
      return new BooleanCells(place);
    case 'bigint':
      return new LongIntegerCells(place);
    case 'float':
    case 'integer':
      return new NumberCells(place);
  }
}
