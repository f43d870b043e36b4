import type { SegmentTask, StartState } from '../lane/chunkTask.js';
import { openCsvReader } from './csv/csvReader.js';
import { openJsonReader } from './json/jsonReader.js';
import type { ReadWant, RecordReader } from './recordReader.js';

/** A reader for the records that the segment owns. */
export async function openReader(
  segment: SegmentTask,
  startState: StartState,
  want: ReadWant,
): Promise<RecordReader> {
  if (segment.kind === 'parquet') {
    // decompressors are loaded for those who need them
    const { openParquetReader } = await import('./parquet/openParquetReader.js');
    return openParquetReader(segment, want);
  }
  return segment.format === 'csv'
    ? openCsvReader(segment, startState, want)
    : openJsonReader(segment, startState, want);
}
