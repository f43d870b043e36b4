/** How an item was sent, which is how it is answered: one value per column, or a frame with an array per column. */
export type ItemForm = 'values' | 'frame';

/**
 * Why an item is not scored at all: it has a column that the model does not know, or lacks one, or is a frame of other
 * than one row for a model with an output that may stand for all rows of a call.
 */
export type Refusal =
  | { readonly unknown: string }
  | { readonly missing: string }
  | { readonly rows: number; readonly whole: string };

/** An item as it is noted while the request is read. */
export interface NotedItem {
  readonly form: ItemForm;
  readonly rows: number;
  /** Bytes of its rows, line ends included. */
  readonly bytes: number;
  readonly refused?: Refusal;
}

/** `items.json`: the rows of an item follow those of the item before it, in the job as in the stored body. */
export interface StoredItems {
  /** One letter per item. */
  readonly forms: string;
  readonly rows: readonly number[];
  readonly bytes: readonly number[];
  /** By index. */
  readonly refused: Readonly<Record<string, Refusal>>;
}

/** One item of a batch: an element of the array that was sent. */
export interface BatchItem {
  readonly form: ItemForm;
  /** Rows [firstRow, endRow) of the job. */
  readonly firstRow: number;
  readonly endRow: number;
  /** Bytes [from, to) of the stored body, which hold these rows. */
  readonly from: number;
  readonly to: number;
  /** Set for an item without rows that is answered as failed. */
  readonly refused?: Refusal;
}

const letters: Readonly<Record<ItemForm, string>> = { values: 'v', frame: 'f' };

/** Which rows of a job belong to which item. */
export class BatchItems {
  readonly #stored: StoredItems;
  /** Row and byte at which each item begins, and those behind the last one. */
  readonly #rows: readonly number[];
  readonly #bytes: readonly number[];

  constructor(stored: StoredItems) {
    this.#stored = stored;
    this.#rows = startsOf(stored.rows);
    this.#bytes = startsOf(stored.bytes);
  }

  get count(): number {
    return this.#stored.forms.length;
  }

  /** Whether some item may have other than one row. */
  get hasFrames(): boolean {
    return this.#stored.forms.includes(letters.frame);
  }

  /** Undefined for an index that the batch does not have. */
  at(index: number): BatchItem | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) return undefined;
    const refused = this.#stored.refused[index];
    return {
      form: this.#stored.forms[index] === letters.frame ? 'frame' : 'values',
      firstRow: this.#rows[index] as number,
      endRow: this.#rows[index + 1] as number,
      from: this.#bytes[index] as number,
      to: this.#bytes[index + 1] as number,
      ...(refused === undefined ? {} : { refused }),
    };
  }

  /** Items, from the first one on, that have all of their rows among the first `rows` rows. */
  within(rows: number): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#rows[middle + 1] as number) <= rows) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** Items as they are stored. */
export function storedItems(items: readonly NotedItem[]): StoredItems {
  const refused: Record<string, Refusal> = {};
  for (const [index, item] of items.entries()) if (item.refused) refused[index] = item.refused;
  return {
    forms: items.map(({ form }) => letters[form]).join(''),
    rows: items.map(({ rows }) => rows),
    bytes: items.map(({ bytes }) => bytes),
    refused,
  };
}

function startsOf(lengths: readonly number[]): number[] {
  const starts = [0];
  let sum = 0;
  for (const length of lengths) starts.push((sum += length));
  return starts;
}
