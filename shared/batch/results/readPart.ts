import { setImmediate } from 'node:timers/promises';
import type { OutputFormat } from '../job.js';
import type { ResultColumn } from '../plan/plan.js';
import { jsonText } from '../write/jsonText.js';
import { readParquetRows } from '../write/parquet/readParquetRows.js';
import { cellJson } from './cellJson.js';
import { csvRecord } from './csvRecord.js';
import { findRows, type RowRange } from './partRanges.js';

/** Characters turned into JSON at a time, about 5 ms. */
const sliceLength = 2 ** 18;

/**
 * Rows [from, to) of a part, counted within it and cut at its end, each as the JSON text of an object. Runs on the main
 * thread and leaves the event loop free in between. The caller bounds the number of rows.
 */
export async function readPartRows(
  part: Uint8Array,
  format: OutputFormat,
  columns: readonly ResultColumn[],
  from: number,
  to: number,
): Promise<string[]> {
  if (format === 'parquet') return parquetRows(part, columns, from, to);
  const range = await findRows(part, format === 'csv', from, to);
  if (range.end === range.start) return [];
  return format === 'csv' ? csvRows(part, range, columns) : jsonRows(part, range);
}

function jsonRows(part: Uint8Array, { start, end }: RowRange): string[] {
  // line feeds within texts are escaped
  return textOf(part, start, end - 1).split('\n');
}

async function csvRows(
  part: Uint8Array,
  { start, end }: RowRange,
  columns: readonly ResultColumn[],
): Promise<string[]> {
  const text = textOf(part, start, end);
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const rows: string[] = [];
  let pause = sliceLength;
  for (let at = 0; at < text.length;) {
    const { cells, next } = csvRecord(text, at);
    const members = columns.map(({ kind }, i) => `${keys[i] as string}${cellJson(cells[i] ?? '', kind)}`);
    rows.push(`{${members.join(',')}}`);
    at = next;
    if (at > pause) {
      pause = at + sliceLength;
      await setImmediate();
    }
  }
  return rows;
}

async function parquetRows(
  part: Uint8Array,
  columns: readonly ResultColumn[],
  from: number,
  to: number,
): Promise<string[]> {
  const rows = await readParquetRows(part, columns, from, to);
  return rows.map((row) => {
    const members = columns.map(({ name, kind }, i) => {
      const value = row[i];
      return `${JSON.stringify(name)}:${kind === 'json' && typeof value === 'string' ? value : jsonText(value)}`;
    });
    return `{${members.join(',')}}`;
  });
}

const textOf = (part: Uint8Array, start: number, end: number) =>
  Buffer.from(part.buffer, part.byteOffset, part.length).toString('utf8', start, end);
