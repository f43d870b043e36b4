import type { ResultColumn } from '../plan/plan.js';
import { blockCell } from './blockShape.js';
import { ByteSink } from './byteSink.js';
import { writeCsvValue } from './csvCells.js';
import { csvElements, jsonElements, type ElementStyle } from './elementStyle.js';
import { jsonText } from './jsonText.js';
import { outputCells, type OutputCell } from './outputCells.js';
import type { BlockWriter, RowWriter, RowWriterOptions } from './rowWriterTypes.js';
import { tensorCells, type CellWriter } from './tensorCells.js';
import { wholeMark } from './wholeMark.js';

/** A column of the result that a model fills, with the bytes that stand before its cell. */
interface FilledColumn {
  readonly cell: OutputCell;
  readonly style: ElementStyle;
  readonly before: Uint8Array;
}

/** How a model's rows look: its columns in the order of the result. */
interface RowForm {
  readonly columns: readonly FilledColumn[];
  /** The bytes before each joined cell. */
  readonly beforeJoined: readonly Uint8Array[];
  readonly end: Uint8Array;
}

/** Writes CSV and JSON Lines. */
export function openTextRowWriter(options: RowWriterOptions): RowWriter {
  const sink = new ByteSink({ capacity: 64 * 1024 });
  const forms = options.models.map((signature) => {
    const cells = new Map(outputCells(signature, options.format).map((cell) => [cell.name, cell]));
    return options.format === 'csv' ? csvForm(options, cells) : jsonForm(options, cells);
  });
  const writeJoined = joinedWriter(options);
  return {
    block: (model, outputs, rows) => {
      const form = forms[model] as RowForm;
      const writers = form.columns.map(({ cell, style }) => {
        const values = blockCell(cell, outputs, rows);
        const write = tensorCells(values, style);
        return values.whole && options.format === 'jsonLines' ? marked(write) : write;
      });
      return blockWriter(sink, form, writers, writeJoined);
    },
    finish: () => Promise.resolve(sink.take()),
  };
}

const marked =
  (write: CellWriter): CellWriter =>
  (sink, row) => {
    sink.byte(wholeMark);
    write(sink, row);
  };

function blockWriter(
  sink: ByteSink,
  { columns, beforeJoined, end }: RowForm,
  writers: readonly CellWriter[],
  writeJoined: (sink: ByteSink, value: unknown) => void,
): BlockWriter {
  const before = columns.map((column) => column.before);
  return {
    row: (index, joined) => {
      for (let i = 0; i < beforeJoined.length; i++) {
        sink.copy(beforeJoined[i] as Uint8Array);
        writeJoined(sink, joined[i]);
      }
      for (let i = 0; i < writers.length; i++) {
        sink.copy(before[i] as Uint8Array);
        (writers[i] as CellWriter)(sink, index);
      }
      sink.copy(end);
    },
  };
}

function joinedWriter({
  format,
  spreadsheetSafe,
}: RowWriterOptions): (sink: ByteSink, value: unknown) => void {
  return format === 'csv'
    ? (sink, value) => {
        writeCsvValue(sink, value, spreadsheetSafe);
      }
    : (sink, value) => {
        sink.text(jsonText(value));
      };
}

/** The commas of columns that the model does not fill are part of what stands before the next cell. */
function csvForm(
  { columns, joinCount, spreadsheetSafe }: RowWriterOptions,
  cells: ReadonlyMap<string, OutputCell>,
): RowForm {
  const filled: FilledColumn[] = [];
  let commas = joinCount === 0 ? '' : ',';
  for (const { name, kind } of columns.slice(joinCount)) {
    const cell = cells.get(name);
    if (cell) {
      filled.push({ cell, style: csvStyle(columns, kind, spreadsheetSafe), before: Buffer.from(commas) });
      commas = '';
    }
    commas += ',';
  }
  return {
    columns: filled,
    beforeJoined: columns.slice(0, joinCount).map((_, i) => Buffer.from(i === 0 ? '' : ',')),
    end: Buffer.from(`${commas.slice(1)}\n`),
  };
}

/** An empty text that is the only cell of its row stands in quotes: readers skip empty lines. */
function csvStyle(columns: readonly ResultColumn[], kind: string, spreadsheetSafe: boolean): ElementStyle {
  const style = csvElements(kind, spreadsheetSafe);
  if (columns.length > 1) return style;
  return {
    ...style,
    text: (sink, text) => {
      if (text === '') sink.text('""');
      else style.text(sink, text);
    },
  };
}

/** Keys in the order of the columns; those that the model does not fill are left out. */
function jsonForm({ columns, joinCount }: RowWriterOptions, cells: ReadonlyMap<string, OutputCell>): RowForm {
  const key = (name: string, i: number) => Buffer.from(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const filled = columns.slice(joinCount).flatMap(({ name }) => cells.get(name) ?? []);
  return {
    columns: filled.map((cell, i) => ({ cell, style: jsonElements, before: key(cell.name, joinCount + i) })),
    beforeJoined: columns.slice(0, joinCount).map(({ name }, i) => key(name, i)),
    end: Buffer.from('}\n'),
  };
}
