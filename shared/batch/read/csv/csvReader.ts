import type { StartState, TextSegment } from '../../lane/chunkTask.js';
import type { ReadBlock, ReadStop, ReadWant, RecordFault, RecordReader } from '../recordReader.js';
import { recordFault } from './cellFault.js';
import { csvBytes, type CsvBytes } from './csvBytes.js';
import { csvLimits, type CsvLimits } from './csvLimits.js';
import { RecordCells } from './recordCells.js';
import { RecordScanner, type ScanStop } from './recordScanner.js';
import { RowDelivery } from './rowDelivery.js';

/**
 * Reads the records of a CSV or TSV segment, which has a header (grammar: docs/csv.md). Nothing is made per cell, and
 * per record only its faults and what is joined. `limits` are those of the grammar; tests make them small.
 */
export function openCsvReader(
  segment: TextSegment,
  startState: StartState,
  want: ReadWant,
  limits: CsvLimits = csvLimits,
): RecordReader {
  return new CsvReader(segment, startState, want, limits);
}

class CsvReader implements RecordReader {
  stop: ReadStop | undefined;
  needsMore: boolean;

  private readonly source: CsvBytes;
  private readonly scanner: RecordScanner;
  private readonly cells: RecordCells;
  private readonly delivery: RowDelivery;
  private readonly header: readonly string[];
  private at: number;
  private record = 0;
  private ended: boolean;

  constructor(segment: TextSegment, startState: StartState, want: ReadWant, limits: CsvLimits) {
    const { header = [], text } = segment;
    this.header = header;
    this.source = csvBytes(segment, limits.recordBytes);
    const { bytes, endsInput, start, end, ending } = this.source;
    this.scanner = new RecordScanner({ ...text, bytes, endsInput, limits });
    this.delivery = new RowDelivery(want, header);
    this.cells = new RecordCells(this.scanner, text.quote, this.delivery.checksText, start);
    this.at = start;
    // a window that does not show where the segment ends is too short whatever its records are
    this.needsMore = ending === 'more';
    this.ended = this.needsMore || start >= end;
    if (startState === 'q' && !this.ended) this.leaveRecord();
  }

  read(maxRows: number): ReadBlock | undefined {
    if (this.ended) return undefined;
    const { scanner, cells, delivery, header } = this;
    const { end } = this.source;
    const rows = { recordOf: [] as number[], joined: [] as unknown[][], models: [] as string[] };
    const faults: RecordFault[] = [];
    const first = this.record;
    const maxRecords = 4 * maxRows;
    while (rows.recordOf.length < maxRows && this.record - first < maxRecords) {
      const start = scanner.skipLineEnds(this.at, end);
      if (start >= end) {
        this.finish();
        break;
      }
      const scanned = scanner.scan(start);
      if (scanned !== 'record') {
        this.ended = true;
        this.needsMore = scanned === 'cut';
        this.stop = this.asStop(scanner.stop);
        break;
      }
      this.at = scanner.end;
      const fault = recordFault(cells, start, header) ?? delivery.deliver(cells, rows);
      if (fault) faults.push({ record: this.record, ...fault });
      else rows.recordOf.push(this.record);
      this.record++;
    }
    const records = this.record - first;
    return records === 0 ? undefined : { records, faults, ...rows };
  }

  /** Passes what is left of the record of the segment before, which begins inside quotes. */
  private leaveRecord(): void {
    // a record that does not end well is reported by the segment that it begins in
    if (this.scanner.scan(this.at, true) === 'record') this.at = this.scanner.end;
    else this.at = this.source.end;
  }

  private finish(): void {
    this.ended = true;
    if (this.source.ending !== 'endless') return;
    const message = 'expected a line end within the limit of a record';
    this.stop = this.asStop({ code: 'JOB_RECORD_TOO_LONG', message, at: this.source.end });
  }

  private asStop(stop: ScanStop | undefined): ReadStop | undefined {
    if (!stop) return undefined;
    const offset = this.source.offsetOf(stop.at);
    return { code: stop.code, message: `${stop.message}, at byte ${offset}`, offset };
  }
}
