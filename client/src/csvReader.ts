import { InputError } from './inputError.js';

/** A cell; undefined for an empty one without quotes, which is a missing value. */
export type Cell = string | undefined;

/** The records of a text; every one has as many cells as the header. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly records: readonly (readonly Cell[])[];
}

/**
 * Reads CSV or TSV: RFC 4180 with any of the three line ends, the grammar of the server's batch jobs (docs/csv.md). A
 * quote opens a quoted cell only as its first character, lines without any character are no records. The delimiter is a
 * tab where the first line has one and no comma, unless given. Throws an InputError that names the record.
 */
export function readCsv(text: string, delimiter = delimiterOf(text)): CsvTable {
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw new InputError('delimiter: expected one character that is no quote and no line end');
  }
  const records: Cell[][] = [];
  const reader = new CsvReader(text.startsWith('\ufeff') ? text.slice(1) : text, delimiter);
  for (let cells = reader.next(); cells; cells = reader.next()) {
    records.push(cells);
    const [{ length: wanted }] = records as [Cell[]];
    if (cells.length !== wanted) {
      const place = placeOf(records.length - 1);
      throw new InputError(`${place}: expected ${wanted} cells as in the header, got ${cells.length}`);
    }
  }
  const header = (records.shift() ?? []).map((cell) => cell ?? '');
  const double = header.find((name, at) => header.indexOf(name) !== at);
  if (double !== undefined) throw new InputError(`header: the column '${double}' stands there twice`);
  return { header, records };
}

class CsvReader {
  readonly #text: string;
  readonly #delimiter: string;
  #at = 0;
  #record = -1;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
  }

  /** The cells of the next record; undefined at the end of the text. */
  next(): Cell[] | undefined {
    while (isLineEnd(this.#text[this.#at])) this.#at++;
    if (this.#at >= this.#text.length) return undefined;
    this.#record++;
    const cells = [this.#cell()];
    while (this.#text[this.#at] === this.#delimiter) {
      this.#at++;
      cells.push(this.#cell());
    }
    return cells;
  }

  #cell(): Cell {
    if (this.#text[this.#at] === '"') return this.#quoted();
    const start = this.#at;
    while (!this.#isCellEnd()) this.#at++;
    return start === this.#at ? undefined : this.#text.slice(start, this.#at);
  }

  #quoted(): string {
    let value = '';
    for (let start = this.#at + 1; ; start = this.#at + 1) {
      const end = this.#text.indexOf('"', start);
      if (end === -1) throw new InputError(`${placeOf(this.#record)}: a quote is never closed`);
      value += this.#text.slice(start, end);
      this.#at = end + 1;
      if (this.#text[this.#at] !== '"') break;
      value += '"';
    }
    if (this.#isCellEnd()) return value;
    throw new InputError(
      `${placeOf(this.#record)}: expected the end of the cell behind a closing quote, got text`,
    );
  }

  #isCellEnd(): boolean {
    const character = this.#text[this.#at];
    return character === undefined || character === this.#delimiter || isLineEnd(character);
  }
}

const isLineEnd = (character: string | undefined) => character === '\n' || character === '\r';

const placeOf = (record: number) => (record === 0 ? 'header' : `record ${record}`);

function delimiterOf(text: string): string {
  const [line = ''] = /[^\r\n]+/.exec(text) ?? [];
  return line.includes('\t') && !line.includes(',') ? '\t' : ',';
}
