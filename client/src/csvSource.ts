import { readCsv, type CsvTable } from './csvReader.js';
import { readTextFile } from './files.js';

/** The types that a cell can have; an array is written as JSON. */
export type CellType = 'numeric' | 'integer' | 'character' | 'logical' | 'vector';

export interface CsvOptions {
  /** One character; found out unless given. */
  readonly delimiter?: string;
  /** By column; they go before the types of the service, and before a guess where it has none. */
  readonly types?: Readonly<Record<string, CellType>>;
}

/** Records as CSV or TSV text, made by `csvText` and `csvFile`. */
export class CsvSource {
  readonly #text: () => Promise<string>;
  readonly options: CsvOptions;

  constructor(text: () => Promise<string>, options: CsvOptions) {
    this.#text = text;
    this.options = options;
  }

  /** Throws an InputError for a text that is no table. */
  async table(): Promise<CsvTable> {
    return readCsv(await this.#text(), this.options.delimiter);
  }
}

/** Records as a text. A plain text is taken as well where nothing needs to be said about it. */
export function csvText(text: string, options: CsvOptions = {}): CsvSource {
  return new CsvSource(() => Promise.resolve(text), options);
}

/** Records in a file: its path (Node alone), or a Blob such as the File of an input element. UTF-8. */
export function csvFile(file: string | Blob, options: CsvOptions = {}): CsvSource {
  return new CsvSource(() => (typeof file === 'string' ? readTextFile(file) : file.text()), options);
}
