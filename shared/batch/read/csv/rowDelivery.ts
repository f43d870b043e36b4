import { bindColumns } from '../bindColumns.js';
import type { ReadWant } from '../recordReader.js';
import { cellFault, notUtf8, type CellFault } from './cellFault.js';
import type { RecordCells } from './recordCells.js';
import { RowFiller } from './rowFiller.js';

/** What is noted of rows beside their sinks. */
export interface DeliveredRows {
  readonly joined: unknown[][];
  readonly models: string[];
}

/** Hands records to the sinks of their models and keeps what is joined. */
export class RowDelivery {
  /** Whether cells are taken as texts, so that they have to be UTF-8. */
  readonly checksText: boolean;

  private readonly only: RowFiller | undefined;
  private readonly byModel: ReadonlyMap<string, RowFiller>;
  private readonly modelColumn: string;
  private readonly modelPlace: number;
  private readonly join: readonly string[];
  private readonly joinPlaces: readonly number[];

  constructor({ target, join }: ReadWant, header: readonly string[]) {
    this.join = join;
    this.joinPlaces = bindColumns(header, join);
    if ('modelColumn' in target) {
      this.modelColumn = target.modelColumn;
      this.modelPlace = bindColumns(header, [target.modelColumn])[0] as number;
      const { byModel } = target;
      this.byModel = new Map(Array.from(byModel, ([name, model]) => [name, new RowFiller(model, header)]));
    } else {
      this.only = new RowFiller(target, header);
      this.modelColumn = '';
      this.modelPlace = -1;
      this.byModel = new Map();
    }
    this.checksText = join.length > 0 || !this.only || this.only.takesText;
  }

  /** Commits the record that was scanned last as a row, or gives its first fault. */
  deliver(cells: RecordCells, rows: DeliveredRows): CellFault | undefined {
    const { only } = this;
    if (only && this.join.length === 0) {
      const fault = only.fill(cells);
      if (!fault) only.sink.commit();
      return fault;
    }
    const model = only ? '' : this.modelOf(cells);
    if (typeof model !== 'string') return model;
    const filler = (only ?? this.byModel.get(model)) as RowFiller;
    const fault = filler.fill(cells) ?? this.joinFault(cells);
    if (fault) return fault;
    if (this.join.length > 0) rows.joined.push(cells.texts(this.joinPlaces));
    if (!only) rows.models.push(model);
    filler.sink.commit();
    return undefined;
  }

  /** Name of the model that the record names, or the fault that it names none of the job. */
  private modelOf(cells: RecordCells): string | CellFault {
    const { modelColumn, modelPlace } = this;
    if (modelPlace === -1 || cells.isMissing(modelPlace)) {
      return {
        code: 'ROW_MODEL',
        column: modelColumn,
        message: 'expected the name of a model, got an empty cell',
      };
    }
    if (!cells.isUtf8(modelPlace)) return notUtf8(modelColumn, cells, modelPlace);
    const name = cells.text(modelPlace);
    if (this.byModel.has(name)) return name;
    return cellFault(
      'ROW_MODEL',
      modelColumn,
      'expected a model of the job, got another name',
      cells,
      modelPlace,
    );
  }

  private joinFault(cells: RecordCells): CellFault | undefined {
    for (const [i, cell] of this.joinPlaces.entries()) {
      if (cell !== -1 && !cells.isUtf8(cell)) return notUtf8(this.join[i] as string, cells, cell);
    }
    return undefined;
  }
}
