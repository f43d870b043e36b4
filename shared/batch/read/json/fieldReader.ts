import { own } from '../../../protocols/jsonObject.js';
import { bindColumns } from '../bindColumns.js';
import type { JsonRecord } from './parseRecord.js';

/** Sets of keys whose bindings are kept, and the longest one in characters. */
const mostBindings = 500;
const longestKeys = 20_000;

/** Reads the values of some columns out of parsed records. Names match as those of a CSV header do. */
export class FieldReader {
  readonly #names: readonly string[];
  readonly #places: readonly number[];
  /** Names under which records have the columns, by all keys of the record. */
  readonly #bindings = new Map<string, readonly (string | undefined)[]>();

  /** `header`: the columns of records that are arrays. */
  constructor(names: readonly string[], header: readonly string[]) {
    this.#names = names;
    this.#places = bindColumns(header, names);
  }

  /** The value of each column, undefined where the record has none. */
  read(record: JsonRecord): unknown[] {
    if (isArray(record)) return this.#places.map((place) => record[place]);
    const values = this.#names.map((name) => own(record, name));
    if (values.includes(undefined)) {
      const bound = this.#bindingOf(Object.keys(record));
      for (const [i, name] of bound.entries()) if (name !== undefined) values[i] = own(record, name);
    }
    return values;
  }

  #bindingOf(keys: readonly string[]): readonly (string | undefined)[] {
    const id = keys.join('\n');
    const known = this.#bindings.get(id);
    if (known) return known;
    const bound = bindColumns(keys, this.#names).map((place) => keys[place]);
    if (this.#bindings.size >= mostBindings) this.#bindings.clear();
    if (id.length <= longestKeys) this.#bindings.set(id, bound);
    return bound;
  }
}

const isArray = (record: JsonRecord): record is readonly unknown[] => Array.isArray(record);
