import type { ColumnSpec } from '../../../models/signature.js';
import { jsonTypeOf } from '../../../tensors/setElement.js';
import type { ReadWant, RowTarget } from '../recordReader.js';
import { valueText } from './faultText.js';
import { FieldReader } from './fieldReader.js';
import type { JsonFault, JsonRecord } from './parseRecord.js';

/** What is noted of rows beside their sinks. */
export interface DeliveredRows {
  readonly joined: unknown[][];
  readonly models: string[];
}

/** The rows of one model: its columns and where they stand in a record. */
interface Filler {
  readonly target: RowTarget;
  readonly fields: FieldReader;
}

/** Hands parsed records to the sinks of their models and keeps what is joined. */
export class JsonDelivery {
  /** Whether whole numbers beyond 2^53 have to come exactly. */
  readonly exactIntegers: boolean;

  /** Columns of records that are arrays; undefined where nothing tells them. */
  readonly #header: readonly string[] | undefined;
  readonly #only: Filler | undefined;
  readonly #byModel = new Map<string, Filler>();
  readonly #modelColumn: string;
  readonly #modelField: FieldReader;
  readonly #join: FieldReader | undefined;

  constructor({ target, join }: ReadWant, header: readonly string[] | undefined) {
    const isByRow = 'modelColumn' in target;
    this.#modelColumn = isByRow ? target.modelColumn : '';
    this.#header = header ?? (isByRow ? undefined : columnNames(target));
    const columns = this.#header ?? [];
    const filler = (one: RowTarget) => ({ target: one, fields: new FieldReader(columnNames(one), columns) });
    if (isByRow) for (const [name, one] of target.byModel) this.#byModel.set(name, filler(one));
    else this.#only = filler(target);
    this.#modelField = new FieldReader([this.#modelColumn], columns);
    this.#join = join.length === 0 ? undefined : new FieldReader(join, columns);
    const targets = isByRow ? [...target.byModel.values()] : [target];
    // joined values are written again: identifiers must not lose digits
    this.exactIntegers = join.length > 0 || targets.some(({ exactIntegers }) => exactIntegers === true);
  }

  /** Commits the record as a row, or gives its first fault. */
  deliver(record: JsonRecord, rows: DeliveredRows): JsonFault | undefined {
    const wrongWidth = this.#widthFault(record);
    if (wrongWidth) return wrongWidth;
    const chosen = this.#only ? { model: '', filler: this.#only } : this.#fillerOf(record);
    if (!('filler' in chosen)) return chosen;
    const { model, filler } = chosen;
    const fault = fill(filler, record);
    if (fault) return fault;
    if (this.#join) rows.joined.push(this.#join.read(record).map((value) => value ?? null));
    if (!this.#only) rows.models.push(model);
    filler.target.sink.commit();
    return undefined;
  }

  #widthFault(record: JsonRecord): JsonFault | undefined {
    if (!Array.isArray(record)) return undefined;
    if (!this.#header) {
      const message = 'expected an object that names its model, got an array';
      return { code: 'ROW_MODEL', column: this.#modelColumn, message };
    }
    if (record.length === this.#header.length) return undefined;
    const message = `expected an array of ${this.#header.length} values, got ${record.length}`;
    return withText({ code: 'ROW_WIDTH', message }, record);
  }

  /** The model that the record names, or the fault that it names none of the job. */
  #fillerOf(record: JsonRecord): { readonly model: string; readonly filler: Filler } | JsonFault {
    const [name] = this.#modelField.read(record);
    const filler = typeof name === 'string' ? this.#byModel.get(name) : undefined;
    if (typeof name === 'string' && filler) return { model: name, filler };
    const came = typeof name === 'string' ? 'another name' : jsonTypeOf(name);
    const message = `expected the name of a model of the job, got ${came}`;
    return withText({ code: 'ROW_MODEL', column: this.#modelColumn, message }, name);
  }
}

/** Sets every column of the row, without the commit. Gives the first fault. */
function fill({ target: { columns, sink }, fields }: Filler, record: JsonRecord): JsonFault | undefined {
  const values = fields.read(record);
  for (let column = 0; column < values.length; column++) {
    const value = values[column];
    const message = sink.setValue(column, value);
    if (message === undefined) continue;
    const code = value === undefined || value === null ? 'ROW_MISSING' : 'ROW_VALUE';
    return withText({ code, column: (columns[column] as ColumnSpec).name, message }, value);
  }
  return undefined;
}

function withText(fault: JsonFault, value: unknown): JsonFault {
  const text = valueText(value);
  return text === undefined ? fault : { ...fault, text };
}

const columnNames = ({ columns }: RowTarget) => columns.map(({ name }) => name);
