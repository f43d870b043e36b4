import { openParquetRowWriter } from './parquetRowWriter.js';
import type { RowWriter, RowWriterOptions } from './rowWriterTypes.js';
import { openTextRowWriter } from './textRowWriter.js';

export type { BlockWriter, RowWriter, RowWriterOptions } from './rowWriterTypes.js';

/** A writer for the result rows of one chunk. */
export function openRowWriter(options: RowWriterOptions): RowWriter {
  return options.format === 'parquet' ? openParquetRowWriter(options) : openTextRowWriter(options);
}
