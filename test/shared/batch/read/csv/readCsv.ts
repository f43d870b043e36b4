import assert from 'node:assert/strict';
import type { StartState, TextSegment } from '../../../../../shared/batch/lane/chunkTask.js';
import type { TextLayout } from '../../../../../shared/batch/plan/plan.js';
import { csvEnds } from '../../../../../shared/batch/read/csv/csvEnds.js';
import { csvLimits, type CsvLimits } from '../../../../../shared/batch/read/csv/csvLimits.js';
import { openCsvReader } from '../../../../../shared/batch/read/csv/csvReader.js';
import type {
  ReadStop,
  ReadWant,
  RecordFault,
  RowSink,
  RowTarget,
} from '../../../../../shared/batch/read/recordReader.js';
import type { ColumnSpec, ColumnType } from '../../../../../shared/models/signature.js';
import { utf8 } from '../../../../support/bytes.js';

/** A cell as the sink got it: its text, or null for a missing value. */
export type SunkCell = string | null;

/** A sink that keeps rows. The text 'bad' breaks the rule of every column, a missing value that of the `needed` ones. */
export class RecordingSink implements RowSink {
  readonly rows: SunkCell[][] = [];
  private row: SunkCell[] = [];

  constructor(private readonly needed: readonly number[] = []) {}

  get count(): number {
    return this.rows.length;
  }

  setText(column: number, bytes: Uint8Array, start: number, end: number): string | undefined {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
    this.row[column] = text;
    return text === 'bad' ? 'expected another text' : undefined;
  }

  setValue(column: number, value: unknown): string | undefined {
    assert.equal(value, undefined);
    this.row[column] = null;
    return this.needed.includes(column) ? 'expected a value' : undefined;
  }

  commit(): void {
    this.rows.push(this.row);
    this.row = [];
  }

  reset(): void {
    this.rows.length = 0;
  }
}

export function rowTarget(
  names: readonly string[],
  type: ColumnType = 'character',
  sink: RowSink = new RecordingSink(),
): RowTarget {
  return { columns: names.map((name): ColumnSpec => ({ name, type, nullable: true })), sink };
}

export const commaText: TextLayout = { encoding: 'utf-8', delimiter: 0x2c, quote: 0x22, newline: 'lf' };

/** All of an input as one segment. */
export function wholeSegment(
  bytes: Uint8Array<ArrayBuffer>,
  header: readonly string[],
  text: TextLayout = commaText,
): TextSegment {
  const to = bytes.length;
  return {
    kind: 'text',
    format: 'csv',
    text,
    header,
    from: 0,
    to,
    dataStart: 0,
    windowStart: 0,
    bytes,
    endsInput: true,
  };
}

/** What became of one record: a row with its joined cells, or a fault. */
export type Outcome = { readonly row: SunkCell[]; readonly joined: unknown } | Omit<RecordFault, 'record'>;

export interface Reading {
  readonly records: Outcome[];
  readonly stop?: ReadStop | undefined;
}

/** Reads a segment to its end with blocks of `blockRows`; undefined when its window is too short. */
export function readSegment(
  segment: TextSegment,
  start: StartState = 'o',
  { limits = csvLimits, blockRows = 3 }: { readonly limits?: CsvLimits; readonly blockRows?: number } = {},
): Reading | undefined {
  const header = segment.header as readonly string[];
  const sink = new RecordingSink();
  const want: ReadWant = { target: rowTarget(header, 'character', sink), join: header };
  const reader = openCsvReader(segment, start, want, limits);
  const records: Outcome[] = [];
  for (;;) {
    const block = reader.read(blockRows);
    if (!block) break;
    const before = records.length;
    assert.equal(block.recordOf.length, sink.count);
    assert.equal(block.joined.length, sink.count);
    assert.equal(block.records, block.recordOf.length + block.faults.length);
    assert.ok(block.records > 0 && block.recordOf.length <= blockRows && block.records <= 4 * blockRows);
    for (const [i, record] of block.recordOf.entries()) {
      records[record] = { row: sink.rows[i] as SunkCell[], joined: block.joined[i] };
    }
    for (const { record, ...fault } of block.faults) records[record] = fault;
    // every record of the block has one outcome
    assert.equal(records.length, before + block.records);
    assert.equal(Object.keys(records).length, records.length);
    sink.reset();
  }
  assert.equal(reader.read(blockRows), undefined);
  if (!reader.needsMore) return { records, stop: reader.stop };
  assert.equal(segment.endsInput, false);
  return undefined;
}

/** Header of small texts. */
export const abc = ['a', 'b', 'c'];

/** Reads a small text as a whole. */
export function readText(
  input: string | Uint8Array<ArrayBuffer>,
  header: readonly string[] = abc,
  layout: Partial<TextLayout> = {},
): Reading {
  const bytes = typeof input === 'string' ? utf8(input) : input;
  return readSegment(wholeSegment(bytes, header, { ...commaText, ...layout })) as Reading;
}

/** Rows as the sink got them; a record with a fault is its code. */
export function rowsOf({ records }: Reading): (SunkCell[] | string)[] {
  return records.map((outcome) => ('row' in outcome ? outcome.row : outcome.code));
}

/** Cuts an input at places, as a plan does, reads the chunks with the states that csvEnds composes, and joins them. */
export function readInChunks(
  whole: TextSegment,
  cuts: readonly number[],
  firstOverlap: number,
  limits: CsvLimits = csvLimits,
): Reading {
  const bounds = [whole.dataStart, ...cuts, whole.to];
  const records: Outcome[] = [];
  let state: StartState = 'o';
  let stop: ReadStop | undefined;
  for (let i = 0; i + 1 < bounds.length && !stop; i++) {
    const from = bounds[i] as number;
    const to = bounds[i + 1] as number;
    let reading: Reading | undefined;
    let segment = whole;
    for (let overlap = firstOverlap; !reading; overlap = 2 * overlap + 1) {
      segment = windowOf(whole, from, to, overlap);
      reading = readSegment(segment, state, { limits });
    }
    records.push(...reading.records);
    stop = reading.stop;
    state = csvEnds(segment)[state];
  }
  return { records, stop };
}

/** The part [from, to) of an input in a window that reaches `overlap` bytes beyond it, in a buffer with other bytes around. */
export function windowOf(whole: TextSegment, from: number, to: number, overlap: number): TextSegment {
  const before = whole.text.encoding === 'utf-8' ? 1 : 2;
  const windowStart = Math.max(whole.dataStart, from - before);
  const windowEnd = Math.min(whole.bytes.length, to + overlap);
  const padded = new Uint8Array(windowEnd - windowStart + 2).fill(0x22);
  padded.set(whole.bytes.subarray(windowStart, windowEnd), 1);
  const bytes = padded.subarray(1, -1);
  return { ...whole, from, to, windowStart, bytes, endsInput: windowEnd === whole.bytes.length };
}
