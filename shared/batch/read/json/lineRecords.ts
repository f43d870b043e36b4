import type { TextSegment } from '../../lane/chunkTask.js';
import { csvBytes, type CsvBytes } from '../csv/csvBytes.js';
import type { ReadStop } from '../recordReader.js';
import type { RecordSource } from './recordSource.js';

/** The lines that begin in a segment of JSON Lines, without blank ones. */
export class LineRecords implements RecordSource {
  stop: ReadStop | undefined;
  readonly needsMore: boolean;

  readonly #source: CsvBytes;
  readonly #buffer: Buffer;
  readonly #newline: number;
  readonly #maxBytes: number;
  #at: number;

  /** `maxBytes`: of one line. */
  constructor(segment: TextSegment, maxBytes: number) {
    this.#source = csvBytes(segment, maxBytes);
    const { bytes, start, end, ending } = this.#source;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    this.#newline = segment.text.newline === 'lf' ? 0x0a : 0x0d;
    this.#maxBytes = maxBytes;
    this.needsMore = ending === 'more';
    this.#at = this.needsMore ? end : start;
  }

  next(): Uint8Array | undefined {
    const buffer = this.#buffer;
    while (this.#at < buffer.length && !this.stop) {
      const start = this.#at;
      const newline = buffer.indexOf(this.#newline, start);
      const end = newline === -1 ? buffer.length : newline;
      if (end - start > this.#maxBytes || (newline === -1 && this.#source.ending === 'endless')) {
        const offset = this.#source.offsetOf(start);
        const message = `a record is over the limit of ${this.#maxBytes} bytes, at byte ${offset}`;
        this.stop = { code: 'JOB_RECORD_TOO_LONG', message, offset };
        return undefined;
      }
      this.#at = end + 1;
      if (!isBlank(buffer, start, end)) return buffer.subarray(start, end);
    }
    return undefined;
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09 && byte !== 0x0a) return false;
  }
  return true;
}
