import type { ResultColumn } from '../plan/plan.js';
import { blockCell } from './blockShape.js';
import { maxPartBytes, partTooLarge } from './byteSink.js';
import { collectColumn, type ColumnCollector } from './columnValues.js';
import { jsonText } from './jsonText.js';
import { outputCells } from './outputCells.js';
import { encodeParquetPart } from './parquet/encodeParquetPart.js';
import type { RowWriter, RowWriterOptions } from './rowWriterTypes.js';
import { tensorValues, type CellValue } from './tensorValues.js';

/** Collects the values of a part by columns and encodes them at the end. */
export function openParquetRowWriter({ columns, models, joinCount }: RowWriterOptions): RowWriter {
  const cells = models.map((signature) => {
    const byName = new Map(outputCells(signature, 'parquet').map((cell) => [cell.name, cell]));
    return columns.slice(joinCount).map(({ name }) => byName.get(name));
  });
  const collectors = columns.map(({ kind }, i) => {
    const isDense = i >= joinCount && cells.every((ofModel) => ofModel[i - joinCount] !== undefined);
    return collectColumn(kind, isDense);
  });
  const joinedColumns = columns.slice(0, joinCount);
  const room = { bytes: maxPartBytes };
  return {
    block: (model, outputs, rows) => {
      const values = columns.slice(joinCount).map(({ kind }, i) => {
        const cell = cells[model]?.[i];
        return cell ? tensorValues(blockCell(cell, outputs, rows), kind) : () => null;
      });
      return {
        row: (row, joined) => {
          // every value is kept in 8 bytes or more until the part is encoded
          room.bytes -= columns.length * 8;
          joinedColumns.forEach(({ kind }, i) => {
            add(collectors[i] as ColumnCollector, joinedValue(kind, joined[i]), room);
          });
          for (let i = 0; i < values.length; i++) {
            add(collectors[joinCount + i] as ColumnCollector, (values[i] as CellValue)(row), room);
          }
          if (room.bytes < 0) throw partTooLarge();
        },
      };
    },
    finish: () =>
      Promise.resolve(
        encodeParquetPart(
          columns,
          collectors.map((collector) => collector.take()),
        ),
      ),
  };
}

function add(collector: ColumnCollector, value: unknown, room: { bytes: number }): void {
  if (typeof value === 'string') room.bytes -= value.length;
  collector.add(value);
}

/** A joined value as the kind of its column has it; what is of another type stays readable where the column is text. */
function joinedValue(kind: ResultColumn['kind'], value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? value : jsonText(value);
    case 'json':
      return jsonText(value);
    case 'integer':
      return Number.isInteger(value) ? BigInt(value as number) : value;
    default:
      return value;
  }
}
