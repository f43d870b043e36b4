import type { RowCode } from '../errors/codes.js';
import type { RecordFault } from '../batch/read/recordReader.js';
import { ByteSink } from '../batch/write/byteSink.js';

const longestMessage = 300;

interface HeldRow {
  readonly segment: number;
  readonly record: number;
  readonly line: string;
}

/**
 * The error rows of a chunk as JSON Lines, in the order of the records. They are held until the rows around them are
 * decided, since a run of the model fails after later records were read. Throws JOB_RESULT_TOO_LARGE.
 */
export class ErrorRows {
  readonly #bytes = new ByteSink();
  #held: HeldRow[] = [];
  #isOrdered = true;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** A fault of reading. */
  addFault(segment: number, { record, code, column, message, text }: RecordFault): void {
    this.#add(segment, record, { code, column, message, text });
  }

  /** A record that was read and has no result. */
  addRow(segment: number, record: number, code: RowCode, message: string): void {
    this.#add(segment, record, { code, message: cut(message) });
  }

  /** Writes what is held; nothing of earlier records may come afterwards. */
  settle(): void {
    if (!this.#isOrdered) this.#held.sort((a, b) => a.segment - b.segment || a.record - b.record);
    for (const { line } of this.#held) this.#bytes.text(line);
    this.#held = [];
    this.#isOrdered = true;
  }

  /** The lines; the array owns all of its buffer. */
  take(): Uint8Array<ArrayBuffer> {
    this.settle();
    return this.#bytes.take();
  }

  #add(segment: number, record: number, fault: Readonly<Record<string, unknown>>): void {
    const last = this.#held.at(-1);
    if (last && (last.segment > segment || (last.segment === segment && last.record > record))) {
      this.#isOrdered = false;
    }
    // members that are undefined are left out
    this.#held.push({ segment, record, line: `${JSON.stringify({ segment, record, ...fault })}\n` });
    this.#count++;
  }
}

const cut = (message: string) =>
  message.length > longestMessage ? message.slice(0, longestMessage).toWellFormed() : message;
