import type { TextLayout } from '../plan/plan.js';
import { BrokenText } from './brokenText.js';

/** Where the next byte is: where a cell may begin, within one, within quotes, or behind a quote within quotes. */
const atStart = 0;
const inCell = 1;
const inQuotes = 2;
const behindQuote = 3;

const lf = 0x0a;
const cr = 0x0d;

/** Bounds as those of the grammar (docs/csv.md): of a record without its newline, and between two quotes. */
export interface RecordBounds {
  readonly recordBytes: number;
  readonly quotedBytes: number;
}

/**
 * Finds where records end in a text that comes piece by piece: at newlines outside quotes. A quote opens only at the
 * start of a cell; text behind a closing one is plain. The same little memory whatever comes.
 */
export class RecordEnds {
  /** Offset behind the last record that ended, counted from the first byte. */
  lastEnd = 0;
  /** The bound that was crossed; nothing is found behind `lastEnd` then. `firstOffset` is added to its byte. */
  problem: BrokenText | undefined;

  readonly #delimiter: number;
  readonly #quote: number;
  readonly #newline: number;
  readonly #bounds: RecordBounds;
  readonly #firstOffset: number;
  #position = 0;
  #state = atStart;
  /** Offset of the quote that is open. */
  #open = 0;

  constructor(
    { delimiter, quote, newline }: Pick<TextLayout, 'delimiter' | 'quote' | 'newline'>,
    bounds: RecordBounds,
    firstOffset: number,
  ) {
    this.#delimiter = delimiter;
    this.#quote = quote;
    this.#newline = newline === 'lf' ? lf : cr;
    this.#bounds = bounds;
    this.#firstOffset = firstOffset;
  }

  /**
   * Reads on, from index `at` of the bytes. Gives the index behind the first record end that is `target` or more, up to
   * which was read then; -1 when all was read without one.
   */
  advance(bytes: Uint8Array, at: number, target: number): number {
    // of so few bytes only the first record can be too long
    const isPlain =
      this.#state < inQuotes &&
      bytes.length - at <= this.#bounds.recordBytes &&
      (this.#quote === -1 || !bytes.includes(this.#quote, at));
    const end = isPlain ? this.#advancePlain(bytes, at, target) : this.#advanceAny(bytes, at, target);
    this.#position += (end === -1 ? bytes.length : end) - at;
    if (end === -1) this.#checkOpen();
    return this.problem ? -1 : end;
  }

  /** Bytes without any quote, outside quotes. */
  #advancePlain(bytes: Uint8Array, at: number, target: number): number {
    const base = this.#position - at;
    const first = bytes.indexOf(this.#newline, at);
    if (first !== -1 && this.#isTooLong(base + first)) return -1;
    const wanted = first === -1 || target - 1 <= first ? first : bytes.indexOf(this.#newline, target - 1);
    if (first !== -1) this.lastEnd = base + 1 + (wanted === -1 ? bytes.lastIndexOf(this.#newline) : wanted);
    const behind = wanted === -1 ? bytes[bytes.length - 1] : this.#newline;
    if (at < bytes.length) this.#state = this.#startsCell(behind) ? atStart : inCell;
    return wanted === -1 ? -1 : wanted + 1;
  }

  #advanceAny(bytes: Uint8Array, at: number, target: number): number {
    const base = this.#position - at;
    const quote = this.#quote;
    const newline = this.#newline;
    let state = this.#state;
    for (let i = at; i < bytes.length; i++) {
      const byte = bytes[i];
      if (state === inQuotes) {
        if (byte === quote) state = behindQuote;
        continue;
      }
      if (byte === quote) {
        if (state === behindQuote) state = inQuotes;
        else if (state === atStart) {
          state = inQuotes;
          this.#open = base + i;
        }
        continue;
      }
      if (state === behindQuote && this.#isUnclosed(base + i - 1)) return -1;
      state = this.#startsCell(byte) ? atStart : inCell;
      if (byte !== newline) continue;
      if (this.#isTooLong(base + i)) return -1;
      this.lastEnd = base + i + 1;
      if (i + 1 >= target) {
        this.#state = state;
        return i + 1;
      }
    }
    this.#state = state;
    return -1;
  }

  #startsCell(byte: number | undefined): boolean {
    return byte === lf || byte === cr || (byte === this.#delimiter && this.#quote !== -1);
  }

  /** Bounds that what has not ended yet has crossed. */
  #checkOpen(): void {
    if (this.problem) return;
    const closing = this.#state === inQuotes ? this.#position : this.#position - 1;
    if (this.#state < inQuotes || !this.#isUnclosed(closing)) this.#isTooLong(this.#position);
  }

  /** `offset`: of the newline, or where it may be at the earliest. */
  #isTooLong(offset: number): boolean {
    const { recordBytes } = this.#bounds;
    if (offset - this.lastEnd <= recordBytes) return false;
    const message = `a record is over the limit of ${recordBytes} bytes`;
    this.problem = new BrokenText('JOB_RECORD_TOO_LONG', message, this.#firstOffset + this.lastEnd);
    return true;
  }

  /** `offset`: of the closing quote, or where it may be at the earliest. */
  #isUnclosed(offset: number): boolean {
    const { recordBytes, quotedBytes } = this.#bounds;
    if (offset - this.#open <= quotedBytes + 1) return false;
    // the bound that was crossed first counts
    if (this.lastEnd + recordBytes <= this.#open + quotedBytes + 1) return this.#isTooLong(offset);
    const message = `a quoted cell has no closing quote within ${quotedBytes} bytes`;
    this.problem = new BrokenText('JOB_QUOTE_UNCLOSED', message, this.#firstOffset + this.#open);
    return true;
  }
}
