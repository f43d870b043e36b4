import assert from 'node:assert/strict';
import type { TextSegment } from '../../../../../shared/batch/lane/chunkTask.js';
import type { TextLayout } from '../../../../../shared/batch/plan/plan.js';
import { openJsonReader } from '../../../../../shared/batch/read/json/jsonReader.js';
import type {
  ReadStop,
  ReadWant,
  RecordFault,
  RowSink,
  RowTarget,
} from '../../../../../shared/batch/read/recordReader.js';
import { utf8 } from '../../../../support/bytes.js';
import { wholeText } from '../../../../support/chunkTasks.js';
import { commaText, windowOf } from '../csv/readCsv.js';

/** A sink that keeps values. The text 'bad' breaks the rule of every column, a missing value that of `needed` ones. */
export class ValueSink implements RowSink {
  readonly rows: unknown[][] = [];
  #row: unknown[] = [];
  readonly #needed: readonly number[];

  constructor(needed: readonly number[] = []) {
    this.#needed = needed;
  }

  get count(): number {
    return this.rows.length;
  }

  setText(): string {
    throw new Error('JSON gives values');
  }

  setValue(column: number, value: unknown): string | undefined {
    this.#row[column] = value;
    if (value === undefined || value === null) {
      return this.#needed.includes(column) ? 'expected a value, got none' : undefined;
    }
    return value === 'bad' ? 'expected another text' : undefined;
  }

  commit(): void {
    this.rows.push(this.#row);
    this.#row = [];
  }

  reset(): void {
    this.rows.length = 0;
  }
}

export const abc = ['a', 'b', 'c'];

export function valueTarget(
  names: readonly string[] = abc,
  sink: RowSink = new ValueSink(),
  exactIntegers = false,
): RowTarget {
  return { columns: names.map((name) => ({ name, type: 'character', nullable: true })), sink, exactIntegers };
}

/** All of an input as one segment. */
export function jsonSegment(
  input: string | Uint8Array<ArrayBuffer>,
  format: 'jsonLines' | 'jsonArray' = 'jsonLines',
  layout: Partial<TextLayout> = {},
): TextSegment {
  const bytes = typeof input === 'string' ? utf8(input) : input;
  return wholeText(format, { ...commaText, quote: -1, ...layout }, bytes);
}

/** What became of one record: its values with the joined ones and its model, or a fault. */
type Outcome =
  | { readonly row: unknown[]; readonly joined?: unknown; readonly model?: string }
  | Omit<RecordFault, 'record'>;

export interface Reading {
  readonly records: Outcome[];
  readonly stop?: ReadStop | undefined;
}

export interface ReadingOptions {
  readonly sink?: ValueSink;
  readonly names?: readonly string[];
  readonly join?: readonly string[];
  readonly exactIntegers?: boolean;
  readonly blockRows?: number;
  readonly maxRecordBytes?: number;
}

/** Reads a segment to its end; undefined when its window is too short. */
export function readJson(segment: TextSegment, options: ReadingOptions = {}): Reading | undefined {
  const { sink = new ValueSink(), names = abc, join = [], exactIntegers = false, blockRows = 3 } = options;
  const want: ReadWant = { target: valueTarget(names, sink, exactIntegers), join };
  const reader = openJsonReader(segment, 'o', want, options.maxRecordBytes);
  const records: Outcome[] = [];
  for (let block = reader.read(blockRows); block; block = reader.read(blockRows)) {
    assert.equal(block.recordOf.length, sink.count);
    assert.equal(block.joined.length, join.length === 0 ? 0 : sink.count);
    assert.equal(block.records, block.recordOf.length + block.faults.length);
    assert.ok(block.records > 0 && block.recordOf.length <= blockRows && block.records <= 4 * blockRows);
    const before = records.length;
    for (const [i, record] of block.recordOf.entries()) {
      const row = sink.rows[i] as unknown[];
      records[record] = join.length === 0 ? { row } : { row, joined: block.joined[i] };
    }
    for (const { record, ...fault } of block.faults) records[record] = fault;
    assert.equal(Object.keys(records).length, before + block.records);
    sink.reset();
  }
  assert.equal(reader.read(blockRows), undefined);
  if (!reader.needsMore) return { records, stop: reader.stop };
  assert.equal(segment.endsInput, false);
  assert.equal(reader.stop, undefined);
  return undefined;
}

/** Reads a whole text. */
export function readText(
  input: string | Uint8Array<ArrayBuffer>,
  options: ReadingOptions & {
    readonly format?: 'jsonLines' | 'jsonArray';
    readonly layout?: Partial<TextLayout>;
  } = {},
): Reading {
  return readJson(jsonSegment(input, options.format, options.layout), options) as Reading;
}

/** Rows as the sink got them; a record with a fault is its code. */
export function rowsOf({ records }: Reading): (unknown[] | string)[] {
  return records.map((outcome) => ('row' in outcome ? outcome.row : outcome.code));
}

/** Cuts JSON Lines at places, as a plan does, reads the chunks one after the other, and joins what they give. */
export function readInChunks(
  whole: TextSegment,
  cuts: readonly number[],
  firstOverlap: number,
  options: ReadingOptions = {},
): Reading {
  const bounds = [whole.dataStart, ...cuts, whole.to];
  const records: Outcome[] = [];
  let stop: ReadStop | undefined;
  for (let i = 0; i + 1 < bounds.length && !stop; i++) {
    let reading: Reading | undefined;
    for (let overlap = firstOverlap; !reading; overlap = 2 * overlap + 1) {
      reading = readJson(windowOf(whole, bounds[i] as number, bounds[i + 1] as number, overlap), options);
    }
    records.push(...reading.records);
    stop = reading.stop;
  }
  return { records, stop };
}
