import type { TextSegment } from '../../lane/chunkTask.js';
import { csvBytes, type CsvBytes } from '../csv/csvBytes.js';
import type { ReadStop } from '../recordReader.js';
import { JsonElements } from './jsonElements.js';
import type { RecordSource } from './recordSource.js';

/** Bytes that are looked through at once: the bounds of their elements are kept in memory. */
const stepBytes = 64 * 1024;

/** The elements of a JSON array that one segment holds as a whole. What stands before a break is given. */
export class ElementRecords implements RecordSource {
  stop: ReadStop | undefined;
  readonly needsMore: boolean;

  readonly #source: CsvBytes;
  readonly #elements = new JsonElements();
  readonly #maxBytes: number;
  /** Starts and ends, counted from the start of the segment. */
  #found: number[] = [];
  #given = 0;
  #at: number;
  #ended: boolean;

  /** `maxBytes`: of one element. */
  constructor(segment: TextSegment, maxBytes: number) {
    this.#source = csvBytes(segment, maxBytes);
    this.#maxBytes = maxBytes;
    this.#at = this.#source.start;
    this.needsMore = !segment.endsInput;
    this.#ended = this.needsMore;
  }

  next(): Uint8Array | undefined {
    if (this.stop) return undefined;
    while (this.#given >= this.#found.length) {
      if (this.#ended) {
        this.#finish();
        return undefined;
      }
      this.#step();
    }
    const { bytes, start } = this.#source;
    const from = this.#found[this.#given++] as number;
    const to = this.#found[this.#given++] as number;
    if (to - from > this.#maxBytes) {
      this.#stopAt('JOB_RECORD_TOO_LONG', `a record is over the limit of ${this.#maxBytes} bytes`, from);
      return undefined;
    }
    return bytes.subarray(start + from, start + to);
  }

  #step(): void {
    const { bytes } = this.#source;
    const end = Math.min(this.#at + stepBytes, bytes.length);
    this.#found = this.#elements.feed(bytes.subarray(this.#at, end));
    this.#given = 0;
    this.#at = end;
    if (end === bytes.length) this.#elements.finish();
    this.#ended = end === bytes.length || this.#elements.problem !== undefined;
  }

  #finish(): void {
    const { problem } = this.#elements;
    if (problem) this.#stopAt('JOB_INPUT_FORMAT', problem.message, problem.offset);
  }

  #stopAt(code: ReadStop['code'], message: string, at: number): void {
    const offset = this.#source.offsetOf(this.#source.start + at);
    this.stop = { code, message: `${message}, at byte ${offset}`, offset };
  }
}
