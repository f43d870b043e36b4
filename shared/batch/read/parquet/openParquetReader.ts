import { shownName } from '../../../errors/shownName.js';
import type { ParquetSegment } from '../../lane/chunkTask.js';
import { bindColumns } from '../bindColumns.js';
import type { ReadStop, ReadWant, RecordReader, RowTarget } from '../recordReader.js';
import type { ColumnSlice } from './columnSlice.js';
import { loadDecompressor } from './decompressPage.js';
import { ParquetFault } from './parquetFault.js';
import type { ChunkPages, ParquetColumn, ParquetFooter } from './parquetFooter.js';
import { ParquetRows, type BoundTarget, type JoinedColumn } from './parquetRows.js';
import { readColumnSlice } from './readColumnSlice.js';
import { RangeBytes } from './rangeBytes.js';

/**
 * A reader of the rows of a slice. All wanted columns are decoded at once, one after the other, and kept as they are
 * stored: about 8 bytes per number. Damaged data gives a reader without rows that has stopped with JOB_INPUT_FORMAT.
 */
export async function openParquetReader(segment: ParquetSegment, want: ReadWant): Promise<RecordReader> {
  const decompress = await loadDecompressor();
  const slices = new SliceColumns(segment, (column, chunk, rows) =>
    readColumnSlice({
      column,
      chunk,
      rows,
      from: segment.from,
      to: segment.to,
      ranges: new RangeBytes(segment.ranges),
      decompress,
    }),
  );
  const { target } = want;
  const bind = (to: RowTarget): BoundTarget => ({
    ...to,
    slices: slices.named(to.columns.map(({ name }) => name)).map((found) => found?.slice),
  });
  const rows = segment.to - segment.from;
  const joined: (JoinedColumn | undefined)[] = slices.named(want.join);
  if ('sink' in target) {
    const only = bind(target);
    return new ParquetRows({ rows, joined, target: only, stop: slices.stop });
  }
  const [model] = slices.named([target.modelColumn]);
  const byModel = new Map([...target.byModel].map(([name, to]) => [name, bind(to)]));
  const { modelColumn } = target;
  return new ParquetRows({
    rows,
    joined,
    target: { modelColumn, model: model?.slice, byModel },
    stop: slices.stop,
  });
}

type Decode = (column: ParquetColumn, chunk: ChunkPages, rows: number) => ColumnSlice;

/** The columns of a slice, each decoded once when it is asked for. */
class SliceColumns {
  /** Set by the first column whose data is damaged. */
  stop: ReadStop | undefined;
  readonly #segment: ParquetSegment;
  readonly #footer: ParquetFooter;
  readonly #decode: Decode;
  readonly #decoded = new Map<number, JoinedColumn | undefined>();

  constructor(segment: ParquetSegment, decode: Decode) {
    this.#segment = segment;
    // a value that the planner has made
    this.#footer = segment.footer as ParquetFooter;
    this.#decode = decode;
  }

  /** The columns of these names; undefined for those that the file does not have. */
  named(names: readonly string[]): (JoinedColumn | undefined)[] {
    return bindColumns(this.#footer.header, names).map((at) => (at < 0 ? undefined : this.#column(at)));
  }

  #column(at: number): JoinedColumn | undefined {
    if (!this.#decoded.has(at)) this.#decoded.set(at, this.#read(at));
    return this.#decoded.get(at);
  }

  #read(at: number): JoinedColumn | undefined {
    const { rowGroup } = this.#segment;
    const index = this.#footer.columns.findIndex((one) => one.at === at);
    const column = this.#footer.columns[index]?.column;
    const group = this.#footer.rowGroups[rowGroup];
    const chunk = group?.chunks[index];
    const name = shownName(this.#footer.header[at] ?? '');
    if (this.stop) return undefined;
    try {
      if (!column || !group || !chunk) throw new ParquetFault('it was not planned');
      return { column, slice: this.#decode(column, chunk, group.rows) };
    } catch (error) {
      if (!(error instanceof ParquetFault)) throw error;
      const message = `Parquet: row group ${rowGroup}, column '${name}': ${error.message}`;
      this.stop = { code: 'JOB_INPUT_FORMAT', message, offset: chunk?.head[0] ?? chunk?.pages[0] ?? 0 };
      return undefined;
    }
  }
}
