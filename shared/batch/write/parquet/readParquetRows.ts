import { setImmediate } from 'node:timers/promises';
import { float32Text } from '../../../tensors/elementText.js';
import type { ResultColumn } from '../../plan/plan.js';
import { chunkExtent } from '../../read/parquet/chunkExtent.js';
import type { ChunkMetadata } from '../../read/parquet/chunkMetadata.js';
import type { ColumnSlice } from '../../read/parquet/columnSlice.js';
import { loadDecompressor, type PageDecompressor } from '../../read/parquet/decompressPage.js';
import { codecs, type ParquetColumn } from '../../read/parquet/parquetFooter.js';
import { readColumnSlice } from '../../read/parquet/readColumnSlice.js';
import { RangeBytes } from '../../read/parquet/rangeBytes.js';
import { readPartFooter } from './partFooter.js';
import { storedKind } from './resultSchema.js';

/**
 * Rows [from, to) of a part, cut at its end: the cells in the order of `columns`, null where there is none. Integers are
 * bigint, `float` cells the shortest numbers that stand for them, `json` cells their text. Runs on the main thread and
 * leaves the event loop free between columns. Throws a ParquetFault for what `encodeParquetPart` has not written.
 */
export async function readParquetRows(
  part: Uint8Array,
  columns: readonly ResultColumn[],
  from: number,
  to: number,
): Promise<unknown[][]> {
  const { rowGroups } = await readPartFooter(part, part.length);
  const decompress = await loadDecompressor();
  const [group] = rowGroups;
  const end = Math.min(to, group?.rows ?? 0);
  const rows = Array.from({ length: Math.max(0, end - from) }, () =>
    new Array<unknown>(columns.length).fill(null),
  );
  if (!group || rows.length === 0) return rows;
  for (const [at, { name, kind }] of columns.entries()) {
    const { physical } = storedKind(kind);
    const column: ParquetColumn = { name, physical, optional: true };
    const chunk = group.chunks[at] as ChunkMetadata;
    const slice = readSlice(part, column, chunk, group.rows, { from, to: end }, decompress);
    rows.forEach((row, i) => {
      const value = slice.at(i) ?? null;
      row[at] = kind === 'float' && Number.isFinite(value) ? Number(float32Text(value as number)) : value;
    });
    await setImmediate();
  }
  return rows;
}

function readSlice(
  part: Uint8Array,
  column: ParquetColumn,
  chunk: ChunkMetadata,
  rows: number,
  { from, to }: { readonly from: number; readonly to: number },
  decompress: PageDecompressor,
): ColumnSlice {
  const { start, end } = chunkExtent(chunk, part.length);
  return readColumnSlice({
    column,
    chunk: { codec: codecs[chunk.codec] ?? 'LZO', head: [], pages: [start, end - start, 0] },
    rows,
    from,
    to,
    ranges: new RangeBytes([{ offset: 0, bytes: part }]),
    decompress,
  });
}
