import { float32Text } from '../../../tensors/elementText.js';
import type { ReadBlock, ReadStop, RecordFault, RecordReader, RowTarget } from '../recordReader.js';
import type { ColumnSlice } from './columnSlice.js';
import type { ParquetColumn } from './parquetFooter.js';
import { Unreadable } from './unreadable.js';

/** A target and the slices of its columns, in their order; undefined for those that the file does not have. */
export interface BoundTarget extends RowTarget {
  readonly slices: readonly (ColumnSlice | undefined)[];
}

/** A column whose values are delivered as they are. */
export interface JoinedColumn {
  readonly column: ParquetColumn;
  readonly slice: ColumnSlice;
}

export interface ParquetRowsOptions {
  readonly rows: number;
  readonly target:
    | BoundTarget
    | {
        readonly modelColumn: string;
        readonly model: ColumnSlice | undefined;
        readonly byModel: ReadonlyMap<string, BoundTarget>;
      };
  readonly joined: readonly (JoinedColumn | undefined)[];
  /** Data is damaged: there are no rows. */
  readonly stop: ReadStop | undefined;
}

/** Characters of a value that are kept in a fault. */
const shownLength = 200;

/** Delivers the rows of decoded columns. */
export class ParquetRows implements RecordReader {
  readonly stop: ReadStop | undefined;
  readonly needsMore = false;
  readonly #options: ParquetRowsOptions;
  #row = 0;

  constructor(options: ParquetRowsOptions) {
    this.#options = options;
    this.stop = options.stop;
  }

  read(maxRows: number): ReadBlock | undefined {
    const first = this.#row;
    if (this.stop || first >= this.#options.rows) return undefined;
    const end = Math.min(this.#options.rows, first + 4 * maxRows);
    const recordOf: number[] = [];
    const faults: RecordFault[] = [];
    const joined: unknown[][] = [];
    const models: string[] = [];
    for (; this.#row < end && recordOf.length < maxRows; this.#row++) {
      const row = this.#row;
      const fault = this.#deliver(row, joined, models);
      if (fault) faults.push({ record: row, ...fault });
      else recordOf.push(row);
    }
    return { records: this.#row - first, recordOf, faults, joined, models };
  }

  /** Commits a row, or gives what is wrong with it. */
  #deliver(row: number, joined: unknown[][], models: string[]): Omit<RecordFault, 'record'> | undefined {
    const { target, joined: wanted } = this.#options;
    let bound: BoundTarget;
    let model: string | undefined;
    if ('sink' in target) bound = target;
    else {
      const value = target.model?.at(row);
      if (value instanceof Unreadable) return faultOf(value, target.modelColumn);
      model = value === undefined ? '' : textOf(value);
      const chosen = target.byModel.get(model);
      if (!chosen) return unknownModel(target.modelColumn, model);
      bound = chosen;
    }
    const { columns, slices, sink } = bound;
    for (let i = 0; i < columns.length; i++) {
      const value = slices[i]?.at(row);
      // numbers are told apart quickly
      if (typeof value === 'object' && value instanceof Unreadable)
        return faultOf(value, columns[i]?.name ?? '');
      const problem = sink.setValue(i, value);
      if (problem !== undefined) {
        const name = columns[i]?.name ?? '';
        if (value === undefined || Number.isNaN(value)) {
          return { code: 'ROW_MISSING', column: name, message: problem };
        }
        const text = textOf(value).slice(0, shownLength);
        return { code: 'ROW_VALUE', column: name, message: problem, text };
      }
    }
    if (wanted.length > 0) {
      const cells = wanted.map((one) => joinedCell(one, row));
      const at = cells.findIndex((cell) => cell instanceof Unreadable);
      if (at >= 0) return faultOf(cells[at] as Unreadable, wanted[at]?.column.name ?? '');
      joined.push(cells);
    }
    if (model !== undefined) models.push(model);
    sink.commit();
    return undefined;
  }
}

/** Null where there is no value; a float32 as the shortest number that stands for it. */
function joinedCell(joined: JoinedColumn | undefined, row: number): unknown {
  const value = joined?.slice.at(row) ?? null;
  const isFloat = joined?.column.physical === 'FLOAT' && Number.isFinite(value);
  return isFloat ? Number(float32Text(value as number)) : value;
}

/** The text of a value of a flat column. */
const textOf = (value: unknown) => String(value);

const faultOf = ({ code, message }: Unreadable, column: string) => ({ code, column, message });

function unknownModel(column: string, model: string): Omit<RecordFault, 'record'> {
  const message = model === '' ? 'the row names no model' : 'the job has no such model';
  return {
    code: 'ROW_MODEL',
    column,
    message,
    ...(model === '' ? {} : { text: model.slice(0, shownLength) }),
  };
}
