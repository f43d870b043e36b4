import type { SchemaElement } from 'hyparquet' with { 'resolution-mode': 'import' };
import type { ResultColumn } from '../../plan/plan.js';
import { storedKind } from './resultSchema.js';

/** The values of a column, one per row; null and undefined are missing ones. */
export type ColumnData = readonly unknown[] | Float64Array | Float32Array | BigInt64Array;

/** Small enough that a page of results decodes little more than its rows. */
const pageBytes = 256 * 1024;
const dictionaryBytes = 2 ** 20;

/**
 * A part of a result: a complete Parquet file, snappy, with one row group or, without rows, none. `number` is a DOUBLE,
 * `float` a FLOAT, `integer` an INT64 (whole numbers or bigint), `text` a text, `json` a text of JSON. `values` are
 * columns of equal length. Runs on worker threads. Throws TypeErrors and RangeErrors for values of another kind.
 */
export async function encodeParquetPart(
  columns: readonly ResultColumn[],
  values: readonly ColumnData[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const rows = values[0]?.length ?? 0;
  const writer = new ByteWriter();
  // no statistics: they would make up most of the footer of many joined parts
  const file = new ParquetWriter({
    writer,
    schema: schemaOf(columns),
    statistics: false,
    createdBy: 'warmstart',
  });
  if (rows > 0) {
    await file.write({
      columnData: columns.map((column, i) => ({
        name: column.name,
        data: storedValues(column, values[i] as ColumnData),
        // its offsets would be wrong once parts are joined
        offsetIndex: false,
        // a dictionary would make one of 0 and -0
        ...(column.kind === 'number' || column.kind === 'float' ? { encoding: 'PLAIN' as const } : {}),
      })),
      rowGroupSize: rows,
      pageSize: pageBytes,
      dictionarySize: dictionaryBytes,
    });
  }
  await file.finish();
  return writer.getBytes().slice();
}

function schemaOf(columns: readonly ResultColumn[]): SchemaElement[] {
  const leaves = columns.map(({ name, kind }): SchemaElement => {
    const { physical, logical } = storedKind(kind);
    return {
      name,
      type: physical,
      repetition_type: 'OPTIONAL',
      ...(logical === 'STRING' ? { converted_type: 'UTF8' } : {}),
      ...(logical === undefined ? {} : { logical_type: { type: logical } }),
    };
  });
  return [{ name: 'schema', num_children: columns.length }, ...leaves];
}

/** Values as the writer takes them. */
function storedValues(
  { name, kind }: ResultColumn,
  values: ColumnData,
): unknown[] | Float64Array | BigInt64Array {
  if (values instanceof Float64Array || values instanceof BigInt64Array) return values;
  const convert = converters[kind];
  return Array.from(values, (value) => {
    if (value === null || value === undefined) return undefined;
    const stored = convert(value);
    if (stored === undefined) throw new TypeError(`column '${name}' of kind ${kind} has a ${typeof value}`);
    return stored;
  });
}

const encoder = new TextEncoder();

const numberOrNone = (value: unknown) => (typeof value === 'number' ? value : undefined);

const converters: Record<ResultColumn['kind'], (value: unknown) => unknown> = {
  number: numberOrNone,
  float: numberOrNone,
  integer: (value) =>
    typeof value === 'bigint' ? value : Number.isInteger(value) ? BigInt(value as number) : undefined,
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  text: (value) => (typeof value === 'string' ? value : undefined),
  json: (value) => (typeof value === 'string' ? encoder.encode(value) : undefined),
};
