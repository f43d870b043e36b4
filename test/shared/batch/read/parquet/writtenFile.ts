import type { ColumnSource } from 'hyparquet-writer' with { 'resolution-mode': 'import' };
import type { RowGroup, SchemaElement } from 'hyparquet' with { 'resolution-mode': 'import' };

export interface WrittenFileOptions {
  readonly rowGroupSize?: number;
  readonly pageSize?: number;
  /** Elements of the columns, where their types do not say all. */
  readonly elements?: readonly SchemaElement[];
  readonly codec?: 'UNCOMPRESSED' | 'SNAPPY' | 'LZO';
  /** What the footer says of them instead. */
  readonly schema?: readonly SchemaElement[];
  /** Changes what the footer says. */
  readonly tamper?: (rowGroups: RowGroup[], file: { num_rows: bigint }) => void;
}

/** A file of hyparquet-writer; columns are all nullable unless they say otherwise. */
export async function writtenFile(
  columns: readonly ColumnSource[],
  {
    rowGroupSize = 1e6,
    pageSize = 1e6,
    codec = 'SNAPPY',
    elements,
    schema: claimed,
    tamper,
  }: WrittenFileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const columnData = [...columns];
  const schema = elements
    ? [{ name: 'schema', num_children: elements.length }, ...elements]
    : schemaFromColumnData({ columnData });
  // a codec that is in name only
  const file = new ParquetWriter({ writer, schema, codec, compressors: { LZO: (bytes) => bytes } });
  await file.write({ columnData, rowGroupSize, pageSize });
  if (claimed) file.schema = [{ name: 'schema', num_children: claimed.length }, ...claimed];
  tamper?.(file.row_groups, file);
  await file.finish();
  return writer.getBytes().slice();
}

/** A column of numbers 0, 1, 2 ... */
export function counting(name: string, rows: number): ColumnSource {
  return { name, type: 'DOUBLE', encoding: 'PLAIN', data: Array.from({ length: rows }, (_, i) => i) };
}
