import { setImmediate } from 'node:timers/promises';
import { limiter } from '../../../limiter.js';
import { shownName } from '../../../errors/shownName.js';
import { JobFailure } from '../../jobFailure.js';
import type { ResultColumn } from '../../plan/plan.js';
import type { ParquetLayout } from '../parquetLayout.js';
import { checkedGroup, type PlannedChunk, type PlannedGroup } from './checkedGroup.js';
import { cutRowGroup, isOneSlice, joinPages, type RowRange } from './cutRowGroup.js';
import { locatePages } from './locatePages.js';
import type { PageBudget } from './pagePlaces.js';
import { ParquetFault } from './parquetFault.js';
import type { ChunkPages, ParquetColumn, ParquetFooter } from './parquetFooter.js';
import { readFileMetadata } from './readFileMetadata.js';
import { readFooterBytes } from './readFooterBytes.js';
import type { FileColumn } from './readSchema.js';
import { wantedPlaces } from './wantedPlaces.js';

export interface PlanParquetOptions {
  /** Compressed bytes of the wanted columns that a slice should have. */
  readonly sliceBytes: number;
  /** Uncompressed bytes that a row group may have. */
  readonly maxRowGroupBytes: number;
  /** Columns that will be read, bound by `bindColumns`; those that are missing are passed over. */
  readonly wanted: readonly string[] | '*';
}

export interface PlannedParquet {
  readonly layout: ParquetLayout;
  /** Top-level columns of the file, in order. */
  readonly columns: readonly { readonly name: string; readonly kind: ResultColumn['kind'] }[];
  /** Rows [from, to) of row groups, in order; together all rows. */
  readonly slices: readonly { readonly rowGroup: number; readonly from: number; readonly to: number }[];
}

const mostPages = 1_000_000;
const mostSlices = 100_000;
const columnsAtOnce = 8;

/** Column chunks checked between two turns of the event loop. */
const chunksPerTurn = 2000;

/**
 * Plans how a Parquet file is read in slices. A row group is one slice when its wanted columns are small, else it is cut
 * in rows. Runs on the main thread: reads the footer and, for row groups that are cut, offset indexes or page headers.
 *
 * Throws JobFailures JOB_INPUT_FORMAT (no sound Parquet file, encrypted, or a wanted column that cannot be read) and
 * JOB_INPUT_TOO_LARGE (a row group over the limit), and what `read` throws.
 */
export async function planParquet(
  read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>,
  sizeBytes: number,
  options: PlanParquetOptions,
): Promise<PlannedParquet> {
  try {
    return await plan(read, sizeBytes, options);
  } catch (error) {
    if (error instanceof ParquetFault) throw new JobFailure('JOB_INPUT_FORMAT', `Parquet: ${error.message}`);
    throw error;
  }
}

async function plan(
  read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>,
  sizeBytes: number,
  { sliceBytes, maxRowGroupBytes, wanted }: PlanParquetOptions,
): Promise<PlannedParquet> {
  const { footer, offset } = await readFooterBytes(read, sizeBytes);
  let kept: readonly KeptColumn[] = [];
  const metadata = await readFileMetadata(footer, (columns) => {
    kept = keptColumns(columns, wanted);
    return kept.map(({ leaf }) => leaf);
  });
  const budget = { left: mostPages };
  const groups: { rows: number; chunks: readonly ChunkPages[] }[] = [];
  const slices: { rowGroup: number; from: number; to: number }[] = [];
  const columns = kept.map(({ column }) => column);
  const groupLimits = { footerOffset: offset, maxBytes: maxRowGroupBytes };
  let sinceTurn = 0;
  for (const [rowGroup, described] of metadata.rowGroups.entries()) {
    sinceTurn += columns.length + 1;
    if (sinceTurn > chunksPerTurn) {
      sinceTurn = 0;
      await setImmediate();
    }
    const group = checkedGroup(rowGroup, described, columns, groupLimits);
    const cut = await cutGroup(read, rowGroup, group, columns, sliceBytes, budget);
    groups.push({ rows: group.rows, chunks: cut.chunks });
    for (const { from, to } of cut.slices) slices.push({ rowGroup, from, to });
    if (slices.length > mostSlices) {
      throw new JobFailure(
        'JOB_INPUT_TOO_LARGE',
        `expected at most ${mostSlices} slices, row group ${rowGroup} is beyond`,
      );
    }
  }
  const planned: ParquetFooter = {
    header: metadata.columns.map(({ name }) => name),
    columns: kept.map(({ at, column }) => ({ at, column })),
    rowGroups: groups,
  };
  return {
    layout: { rowGroups: groups.map(({ rows }) => ({ rows })), footer: planned },
    columns: metadata.columns.map(({ name, kind }) => ({ name, kind })),
    slices,
  };
}

interface KeptColumn {
  readonly at: number;
  readonly leaf: number;
  readonly column: ParquetColumn;
}

function keptColumns(columns: readonly FileColumn[], wanted: readonly string[] | '*'): readonly KeptColumn[] {
  const header = columns.map(({ name }) => name);
  const all = new Set(header.keys());
  const { bound, possible } = wanted === '*' ? { bound: all, possible: all } : wantedPlaces(header, wanted);
  return columns.flatMap(({ name, leaf, reads }, at) => {
    if (!possible.has(at)) return [];
    if (typeof reads !== 'string') return [{ at, leaf, column: reads }];
    if (!bound.has(at)) return [];
    throw new ParquetFault(`column '${shownName(name)}' cannot be read: ${reads}`);
  });
}

async function cutGroup(
  read: (from: number, to: number) => Promise<Uint8Array>,
  rowGroup: number,
  group: PlannedGroup,
  columns: readonly ParquetColumn[],
  sliceBytes: number,
  budget: PageBudget,
): Promise<{ readonly chunks: readonly ChunkPages[]; readonly slices: readonly RowRange[] }> {
  const { rows, chunks } = group;
  if (rows === 0) return { chunks: [], slices: [] };
  if (isOneSlice(group, sliceBytes)) {
    const whole = chunks.map(({ codec, extent: { start, end } }) => ({
      codec,
      head: [],
      pages: [start, end - start, 0],
    }));
    return { chunks: whole, slices: [{ from: 0, to: rows }] };
  }
  const limited = limiter(columnsAtOnce);
  const located = await Promise.all(
    chunks.map((chunk, i) =>
      limited(async () => {
        try {
          return await locatePages(read, chunk.metadata, chunk.extent, rows, budget);
        } catch (error) {
          if (!(error instanceof ParquetFault)) throw error;
          const name = shownName((columns[i] as ParquetColumn).name);
          throw new ParquetFault(`row group ${rowGroup}, column '${name}': ${error.message}`);
        }
      }),
    ),
  );
  const largest = located[indexOfLargest(chunks)];
  const slices = cutRowGroup(group, sliceBytes, largest, mostSlices);
  return {
    slices,
    chunks: located.map(({ headEnd, dictionaryEnd, pages }, i) => {
      const { codec, extent } = chunks[i] as PlannedChunk;
      const head = headEnd > extent.start ? [extent.start, headEnd - extent.start, dictionaryEnd] : [];
      return { codec, head, pages: joinPages(pages, rows, slices) };
    }),
  };
}

function indexOfLargest(chunks: readonly PlannedChunk[]): number {
  const sizes = chunks.map(({ metadata }) => metadata.compressedBytes);
  return sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size), 0));
}
