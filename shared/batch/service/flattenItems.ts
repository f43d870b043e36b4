import { ScoringError } from '../../errors/scoringError.js';
import { fixedBatch } from '../../models/fixedBatch.js';
import { outputWithoutRows } from '../../models/outputWithoutRows.js';
import type { ColumnSpec, Signature } from '../../models/signature.js';
import { frameInput } from '../../protocols/consumption/frameKeys.js';
import { fieldError, pointerStep } from '../../protocols/jsonObject.js';
import type { NotedItem, Refusal } from './batchItems.js';
import { eachMember } from './eachMember.js';
import { findItems } from './findItems.js';
import { frameRows } from './frameRows.js';
import { jsonTypeAt } from './jsonTypeAt.js';
import { refusalError } from './refusal.js';
import { RowLines } from './rowLines.js';
import { Turns } from './turns.js';

/** A batch as the engine takes it. */
export interface FlatItems {
  /** JSON arrays in the order of the model's columns, a line each. */
  readonly lines: Uint8Array<ArrayBuffer>;
  readonly items: readonly NotedItem[];
  readonly rows: number;
}

const openBrace = 0x7b;
/** What a column costs each item, whether it is there or not, as if it were bytes. */
const columnCost = 16;

/**
 * Turns the body of a batch into rows: an item `{"hp": 120, "wt": 2.8}` is one row, `{"inputData": {"hp": [..], "wt":
 * [..]}}` as many as its columns have values. The bytes of values stay as they are. Line breaks in `body` are overwritten
 * by blanks. Works in slices that leave the event loop free.
 *
 * Refused alone, unless all are, is an item that lacks a column, that has one which the model does not know, or that is a
 * frame of other than one row where an output may have no rows: rows are scored by themselves, which would give other
 * values than a call.
 *
 * Throws as `findItems` and `frameRows`, SCORE_ERR_REQUEST_FIELD that names the item, the error of the first refusal
 * where no item can be scored, SCORE_ERR_INPUT_SHAPE for a model that scores no single rows, and
 * SCORE_ERR_BATCH_TOO_LARGE.
 */
export async function flattenItems(body: Uint8Array, signature: Signature): Promise<FlatItems> {
  const { columns } = signature;
  const bounds = await findItems(body);
  const reader = new ItemReader(body, signature);
  const items: NotedItem[] = [];
  for (let i = 0; i < bounds.length; i += 2) {
    items.push(await reader.read(i / 2, bounds[i] as number, bounds[i + 1] as number));
  }
  const [first] = items;
  if (first?.refused && items.every(({ refused }) => refused)) {
    throw refusalError(
      first.refused,
      columns.map(({ name }) => name),
      '/0',
    );
  }
  return { lines: reader.lines.view(), items, rows: items.reduce((sum, { rows }) => sum + rows, 0) };
}

class ItemReader {
  readonly lines: RowLines;
  readonly #body: Uint8Array;
  readonly #columns: readonly ColumnSpec[];
  readonly #places: ReadonlyMap<string, number>;
  /** The name of an output that may have no rows. */
  readonly #whole: string | undefined;
  readonly #turns = new Turns();

  constructor(body: Uint8Array, signature: Signature) {
    this.#body = body;
    this.#columns = signature.columns;
    this.#places = new Map(signature.columns.map(({ name }, place) => [name, place]));
    this.#whole = outputWithoutRows(signature)?.column;
    const batch = fixedBatch(signature) ?? 1;
    // runs of such a model are filled up with further rows
    if (this.#whole !== undefined && batch > 1) throw notByRow(this.#whole, batch);
    this.lines = new RowLines(body.length);
  }

  /** Appends the rows of the item in [start, end). */
  async read(index: number, start: number, end: number): Promise<NotedItem> {
    const body = this.#body;
    const place = `/${index}`;
    if (body[start] !== openBrace) {
      throw fieldError(place, `expected an object, got ${jsonTypeAt(body, start)}`);
    }
    // an item of few bytes may have many columns, by their defaults
    if (this.#turns.areDue(this.#columns.length * columnCost)) await this.#turns.take();
    const cells = new CellPlaces(this.#places);
    let frame: { readonly start: number; readonly end: number } | undefined;
    let other: string | undefined;
    await eachMember(body, start, end, this.#turns, (name, from, to) => {
      if (name === frameInput && !this.#places.has(frameInput)) frame = { start: from, end: to };
      else {
        other ??= name;
        cells.add(name, from, to);
      }
    });
    if (!frame) return this.#values(cells);
    if (other !== undefined) {
      throw fieldError(`${place}/${pointerStep(other)}`, `not allowed beside ${frameInput}`);
    }
    return this.#frame(`${place}/${frameInput}`, frame.start, frame.end);
  }

  #values(cells: CellPlaces): NotedItem {
    const refused = this.#refusalOf(cells);
    if (refused) return { form: 'values', rows: 0, bytes: 0, refused };
    const before = this.lines.bytes;
    for (let column = 0; column < this.#columns.length; column++) {
      const at = cells.at(column);
      if (at) this.lines.cell(this.#body, at.start, at.end);
      else this.lines.cell();
    }
    this.lines.endRow();
    return { form: 'values', rows: 1, bytes: this.lines.bytes - before };
  }

  async #frame(place: string, start: number, end: number): Promise<NotedItem> {
    const body = this.#body;
    if (body[start] !== openBrace) {
      throw fieldError(place, `expected an object, got ${jsonTypeAt(body, start)}`);
    }
    const cells = new CellPlaces(this.#places);
    await eachMember(body, start, end, this.#turns, (name, from, to) => {
      cells.add(name, from, to);
    });
    const refused = this.#refusalOf(cells);
    if (refused) return { form: 'frame', rows: 0, bytes: 0, refused };
    const before = this.lines.bytes;
    const arrays = this.#columns.map(({ name }, column) => ({ name, at: cells.at(column) }));
    const rows = await frameRows(body, arrays, place, this.lines, this.#turns);
    if (this.#whole !== undefined && rows !== 1) {
      this.lines.takeBack(before);
      return { form: 'frame', rows: 0, bytes: 0, refused: { rows, whole: this.#whole } };
    }
    return { form: 'frame', rows, bytes: this.lines.bytes - before };
  }

  /** As on a consumption call: null is a value, and only a default stands in for what is not there. */
  #refusalOf(cells: CellPlaces): Refusal | undefined {
    if (cells.unknown !== undefined) return { unknown: cells.unknown };
    const missing = this.#columns.find((column, i) => column.default === undefined && !cells.at(i));
    return missing && { missing: missing.name };
  }
}

function notByRow(whole: string, batch: number): ScoringError {
  const message = `the model takes exactly ${batch} rows at once, and output '${whole}' may stand for all of them: it is not scored row by row`;
  return new ScoringError('SCORE_ERR_INPUT_SHAPE', message, { places: [{ pointer: '', message }] });
}

/** Where the values of the columns stand in the body. */
class CellPlaces {
  /** The first name that is that of no column. */
  unknown: string | undefined;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #found = new Map<number, { readonly start: number; readonly end: number }>();

  constructor(columns: ReadonlyMap<string, number>) {
    this.#columns = columns;
  }

  add(name: string, start: number, end: number): void {
    const column = this.#columns.get(name);
    if (column === undefined) this.unknown ??= name.slice(0, 100);
    else this.#found.set(column, { start, end });
  }

  at(column: number): { readonly start: number; readonly end: number } | undefined {
    return this.#found.get(column);
  }
}
