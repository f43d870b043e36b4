import type {
  ChunkDone,
  ChunkNeedsMore,
  ChunkTask,
  ParquetSegment,
  TargetDone,
  TextSegment,
} from '../../shared/batch/lane/chunkTask.js';
import type { TextLayout, ResultColumn } from '../../shared/batch/plan/plan.js';
import { planParquet } from '../../shared/batch/read/parquet/planParquet.js';
import { sliceRanges } from '../../shared/batch/read/parquet/sliceRanges.js';
import { resultColumns } from '../../shared/batch/write/resultColumns.js';
import type { SessionPlan } from '../../shared/models/modelPlan.js';
import { utf8 } from './bytes.js';

/** A model of a chunk: its plan, and the text by which rows name it. */
export interface NamedPlan {
  readonly name: string;
  readonly version: string;
  readonly plan: SessionPlan;
}

/** All of a small CSV input, header line included. */
export function csvSegment(csv: string, facts: Partial<TextSegment> = {}): TextSegment {
  const bytes = utf8(csv);
  const [headerLine = ''] = csv.split('\n', 1);
  const dataStart = utf8(headerLine).length + 1;
  return {
    kind: 'text',
    format: 'csv',
    text: { encoding: 'utf-8', delimiter: 44, quote: 34, newline: 'lf' },
    header: headerLine.split(','),
    from: dataStart,
    to: bytes.length,
    dataStart,
    windowStart: 0,
    bytes,
    endsInput: true,
    ...facts,
  };
}

/** All of a JSON Lines input. */
export function jsonLinesSegment(records: readonly unknown[]): TextSegment {
  const bytes = utf8(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const text = { encoding: 'utf-8', delimiter: 44, quote: 34, newline: 'lf' } as const;
  return wholeText('jsonLines', text, bytes);
}

/** All of a text that has no header as one segment. */
export function wholeText(
  format: TextSegment['format'],
  text: TextLayout,
  bytes: Uint8Array<ArrayBuffer>,
): TextSegment {
  const to = bytes.length;
  return { kind: 'text', format, text, from: 0, to, dataStart: 0, windowStart: 0, bytes, endsInput: true };
}

/** All of a Parquet file with these columns of numbers, in row groups of `rowGroupSize` rows. */
export async function parquetSegments(
  columns: Readonly<Record<string, readonly number[]>>,
  rowGroupSize: number,
): Promise<ParquetSegment[]> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = Object.entries(columns).map(([name, data]) => ({
    name,
    data: [...data],
    type: 'DOUBLE' as const,
  }));
  const file = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
  const wanted = Object.keys(columns);
  const limits = { sliceBytes: 2 ** 23, maxRowGroupBytes: 2 ** 28 };
  const read = (from: number, to: number) => Promise.resolve(file.slice(from, to));
  const { layout, slices } = await planParquet(read, file.length, { ...limits, wanted });
  return slices.map((slice) => ({
    kind: 'parquet',
    footer: layout.footer,
    ...slice,
    ranges: sliceRanges(layout, wanted, slice).map(({ offset, length }) => ({
      offset,
      bytes: file.slice(offset, offset + length),
    })),
  }));
}

/** A chunk that is scored by each of the models, or row by row by the model that `modelColumn` names, as JSON Lines. */
export function chunkTask(
  models: readonly NamedPlan[],
  segments: ChunkTask['segments'],
  facts: Partial<ChunkTask> = {},
): ChunkTask {
  const { join = [], outputFormat = 'jsonLines' } = facts;
  const joined = join.map((name): ResultColumn => ({ name, kind: 'text' }));
  const target = (together: readonly NamedPlan[]) => ({
    models: together,
    columns: resultColumns(
      together.map(({ plan }) => plan.signature),
      joined,
      outputFormat,
    ),
  });
  return {
    segments,
    startState: 'o',
    targets: facts.modelColumn === undefined ? models.map((model) => target([model])) : [target(models)],
    join,
    outputFormat,
    spreadsheetSafe: false,
    runRows: 64,
    ...facts,
  };
}

/** The outcome of a chunk whose windows were long enough. */
export function assertDone(outcome: ChunkDone | ChunkNeedsMore): ChunkDone {
  if ('needsMore' in outcome) throw new Error(`segment ${outcome.needsMore} needs more bytes`);
  return outcome;
}

/** The rows of a part in JSON Lines. */
export function partRows({ part }: TargetDone): unknown[] {
  return jsonLines(part);
}

interface ErrorRow {
  readonly segment: number;
  readonly record: number;
  readonly code: string;
  readonly column?: string;
  readonly message: string;
  readonly text?: string;
}

export function errorRows({ errors }: TargetDone): ErrorRow[] {
  return jsonLines(errors) as ErrorRow[];
}

function jsonLines(bytes: Uint8Array): unknown[] {
  const text = Buffer.from(bytes).toString('utf8');
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}
