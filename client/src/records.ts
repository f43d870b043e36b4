import { cellValue, guessType } from './cellValues.js';
import { csvFile, csvText, CsvSource, type CellType } from './csvSource.js';
import type { CsvTable } from './csvReader.js';
import { InputError, kindOf } from './inputError.js';
import type { ParameterDefinition, ParameterType } from './serviceMetadata.js';

/**
 * Records of a service: an array of objects; an object with one array per column, all of one length; CSV or TSV as a
 * text, as a `csvText` or `csvFile`, or as a Blob.
 */
export type Records = readonly object[] | object | string | Blob | CsvSource;

/** A record by column. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The key of a frame: the one input of services that take whole frames. */
export const frameKey = 'inputData';

/** Whether records have to be read first. */
export function isText(records: Records): records is string | Blob | CsvSource {
  return typeof records === 'string' || records instanceof Blob || records instanceof CsvSource;
}

/** The rows of records that are values. Throws an InputError. */
export function rowsOfValues(records: readonly object[] | object): readonly JsonObject[] {
  if (!Array.isArray(records)) return rowsOfColumns(records as JsonObject);
  return (records as readonly unknown[]).map((row, at) => {
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as JsonObject;
    throw new InputError(`record ${at}: expected an object, got ${kindOf(row)}`);
  });
}

/**
 * The rows of a text, with the columns that are named, in any order; all of them where none is named, of types that are
 * guessed. Throws an InputError.
 */
export async function rowsOfText(
  records: string | Blob | CsvSource,
  named: readonly ParameterDefinition[] | undefined,
): Promise<readonly JsonObject[]> {
  const source = sourceOf(records);
  const table = await source.table();
  const columns = wantedColumns(table, named).map(({ name, at, type }) => {
    return { name, at, type: source.options.types?.[name] ?? type ?? guessType(table, at) };
  });
  return table.records.map((cells) =>
    Object.fromEntries(columns.map(({ name, at, type }) => [name, cellValue(cells[at], type)])),
  );
}

/** One array per column of rows. Throws an InputError for rows that do not have the same columns. */
export function columnsOfRows(rows: readonly JsonObject[]): JsonObject {
  const names = Object.keys(rows[0] ?? {});
  rows.forEach((row, at) => {
    const fault = names.find((name) => !Object.hasOwn(row, name)) ?? extraName(row, names);
    if (fault === undefined) return;
    throw new InputError(
      `record ${at}: expected the columns of record 0; '${fault}' is in one of them alone`,
    );
  });
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}

function extraName(row: JsonObject, names: readonly string[]): string | undefined {
  const keys = Object.keys(row);
  return keys.length === names.length ? undefined : keys.find((key) => !names.includes(key));
}

function rowsOfColumns(columns: JsonObject): readonly JsonObject[] {
  const frame = columns[frameKey];
  if (typeof frame === 'object' && frame !== null && !Array.isArray(frame)) {
    return rowsOfColumns(frame as JsonObject);
  }
  const entries = Object.entries(columns).map(([name, values]) => {
    if (Array.isArray(values)) return [name, values as readonly unknown[]] as const;
    throw new InputError(
      `column '${name}': expected an array with one value per record, got ${kindOf(values)}`,
    );
  });
  const [first] = entries;
  if (!first) return [];
  for (const [name, { length }] of entries) {
    if (length === first[1].length) continue;
    throw new InputError(
      `column '${name}': expected ${first[1].length} values as in column '${first[0]}', got ${length}`,
    );
  }
  return first[1].map((_value, row) =>
    Object.fromEntries(entries.map(([name, values]) => [name, values[row]])),
  );
}

function sourceOf(records: string | Blob | CsvSource): CsvSource {
  if (typeof records === 'string') return csvText(records);
  return records instanceof CsvSource ? records : csvFile(records);
}

interface WantedColumn {
  readonly name: string;
  readonly at: number;
  /** Undefined where the service does not say it. */
  readonly type: CellType | undefined;
}

function wantedColumns(
  { header }: CsvTable,
  named: readonly ParameterDefinition[] | undefined,
): readonly WantedColumn[] {
  if (!named) return header.map((name, at) => ({ name, at, type: undefined }));
  const found = named.flatMap(({ name, type }) => {
    const at = header.indexOf(name);
    return at === -1 ? [] : [{ name, at, type: cellTypes.get(type) }];
  });
  if (found.length > 0) return found;
  const wanted = named.map(({ name }) => `'${name}'`).join(', ');
  throw new InputError(`header: expected columns of the service (${wanted}), got none of them`);
}

const cellTypes: ReadonlyMap<ParameterType, CellType> = new Map([
  ['numeric', 'numeric'],
  ['integer', 'integer'],
  ['character', 'character'],
  ['logical', 'logical'],
  ['vector', 'vector'],
  ['matrix', 'vector'],
]);
