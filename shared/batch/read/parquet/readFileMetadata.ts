import { ParquetFault } from './parquetFault.js';
import { readChunkMetadata, type ChunkMetadata } from './chunkMetadata.js';
import { readSchema, type FileColumn, type FileSchema } from './readSchema.js';
import { rest, restAfter } from './rest.js';
import { ThriftReader } from './thriftReader.js';

/** A row group as the footer describes it; nothing is checked against the file. */
export interface GroupMetadata {
  readonly rows: number;
  /** Uncompressed, all columns. */
  readonly sizeBytes: number;
  /** Those of the leaves that were asked for. */
  readonly chunks: readonly ChunkMetadata[];
}

export interface FileMetadata {
  readonly columns: readonly FileColumn[];
  readonly rowGroups: readonly GroupMetadata[];
}

/**
 * Reads the metadata of a footer. `choose` gets the columns and tells of which leaves the chunks are kept; what it
 * throws is passed on. Gives the event loop its turns. Throws a ParquetFault.
 */
export async function readFileMetadata(
  footer: Uint8Array,
  choose: (columns: readonly FileColumn[]) => readonly number[],
): Promise<FileMetadata> {
  const reader = new ThriftReader(footer);
  let schema: FileSchema | undefined;
  let leaves: readonly number[] = [];
  let rowGroups: readonly GroupMetadata[] | undefined;
  let rows = 0;
  const field = { id: 0, type: 0 };
  while (reader.next(field)) {
    if (field.id === 2) {
      schema = await readSchema(reader);
      leaves = choose(schema.columns);
    } else if (field.id === 3) rows = reader.integer();
    else if (field.id === 4) {
      if (!schema) throw new ParquetFault('the row groups stand before the schema');
      rowGroups = await readGroups(reader, schema.leafCount, leaves);
    } else if (field.id === 8) throw new ParquetFault('the file is encrypted');
    else reader.skip(field.type);
    await rest(reader);
  }
  if (!schema || !rowGroups) throw new ParquetFault('the footer has no schema or no row groups');
  const sum = rowGroups.reduce((total, group) => total + group.rows, 0);
  if (sum !== rows) throw new ParquetFault(`the file has ${rows} rows, its row groups ${sum}`);
  return { columns: schema.columns, rowGroups };
}

async function readGroups(
  reader: ThriftReader,
  leafCount: number,
  leaves: readonly number[],
): Promise<readonly GroupMetadata[]> {
  const { size } = reader.list();
  const groups: GroupMetadata[] = [];
  const kept = new Map<number, number[]>();
  leaves.forEach((leaf, i) => kept.set(leaf, [...(kept.get(leaf) ?? []), i]));
  for (let i = 0; i < size; i++) groups.push(await readGroup(reader, leafCount, kept, leaves.length));
  return groups;
}

async function readGroup(
  reader: ThriftReader,
  leafCount: number,
  kept: ReadonlyMap<number, readonly number[]>,
  keptCount: number,
): Promise<GroupMetadata> {
  let rows = -1;
  let sizeBytes = 0;
  let hasChunks = false;
  const chunks: ChunkMetadata[] = [];
  const field = { id: 0, type: 0 };
  while (reader.next(field)) {
    if (field.id === 1) {
      hasChunks = true;
      const { size } = reader.list();
      if (size !== leafCount)
        throw new ParquetFault(`a row group has ${size} columns, the schema ${leafCount}`);
      for (let leaf = 0; leaf < size; leaf++) {
        const places = kept.get(leaf);
        if (!places) reader.skip(12);
        else {
          const chunk = readChunkMetadata(reader);
          for (const place of places) chunks[place] = chunk;
        }
        if (reader.steps > restAfter) await rest(reader);
      }
    } else if (field.id === 2) sizeBytes = reader.integer();
    else if (field.id === 3) rows = reader.integer();
    else reader.skip(field.type);
  }
  if (!hasChunks && keptCount > 0) throw new ParquetFault('a row group has no columns');
  if (rows < 0 || sizeBytes < 0) throw new ParquetFault('a row group has a negative size');
  if (reader.steps > restAfter) await rest(reader);
  return { rows, sizeBytes, chunks };
}
