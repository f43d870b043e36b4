import type { ReadStop } from '../recordReader.js';
import type { CsvLimits } from './csvLimits.js';

/** Code of LF. */
export const lf = 0x0a;
/** Code of CR. */
export const cr = 0x0d;

/** How the text of a cell is written. */
export const plainCell = 0;
/** Between quotes, to be taken as it is. */
const quotedCell = 1;
/** Between quotes, with doubled ones inside. */
export const doubledCell = 2;
/** Quoted, with text behind the closing quote; its bounds are those of all its bytes. */
const strayCell = 3;

/** What ended a scan: the record's end, the end of bytes that do not end the input, or a bound of the grammar. */
export type Scanned = 'record' | 'cut' | 'stop';

/** A stop at an index into the scanned bytes. */
export type ScanStop = Omit<ReadStop, 'offset'> & { readonly at: number };

/** What is scanned: the bytes and what tells cells apart. */
export interface ScannedText {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `bytes` reach the end of the input, so that its end ends a record. */
  readonly endsInput: boolean;
  readonly delimiter: number;
  /** -1: there is none. */
  readonly quote: number;
  readonly limits: CsvLimits;
}

/**
 * Finds the cells of one record after the other in bytes (grammar: docs/csv.md). Nothing is decoded or copied: a record
 * is left as bounds in arrays that the next scan overwrites.
 */
export class RecordScanner {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly endsInput: boolean;
  /** Bounds of the cells' texts, quotes taken off. */
  starts: Int32Array;
  ends: Int32Array;
  /** Only valid where `hasQuotes`. */
  kinds: Uint8Array;
  cellCount = 0;
  hasQuotes = false;
  /** First cell with text behind its closing quote; -1: there is none. */
  stray = -1;
  /** Index of the record's end: that of its CR or LF, or the end of the bytes. */
  end = 0;
  /** Set by the scan that answers 'stop'. */
  stop: ScanStop | undefined;

  private readonly delimiter: number;
  private readonly quote: number;
  private readonly limits: CsvLimits;

  constructor({ bytes, endsInput, delimiter, quote, limits }: ScannedText) {
    this.bytes = bytes;
    this.endsInput = endsInput;
    this.delimiter = delimiter;
    this.quote = quote;
    this.limits = limits;
    const cells = Math.min(64, limits.cells);
    this.starts = new Int32Array(cells);
    this.ends = new Int32Array(cells);
    this.kinds = new Uint8Array(cells);
  }

  /** Index of the first byte from `at` on, and before `to`, that begins a record; `to` where there is none. */
  skipLineEnds(at: number, to: number): number {
    const { bytes } = this;
    while (at < to && (bytes[at] === lf || bytes[at] === cr)) at++;
    return at;
  }

  /** Scans the record at `start`; `insideQuotes`: what is left of one, from within a quoted cell on. */
  scan(start: number, insideQuotes = false): Scanned {
    const { bytes, delimiter, quote, limits } = this;
    const bytesEnd = bytes.length;
    // most bytes of numbers are above all of these
    const highest = delimiter > cr ? delimiter : cr;
    let { starts, ends } = this;
    let count = 0;
    let at = start;
    let inside = insideQuotes;
    this.reset();
    for (;;) {
      if (count >= starts.length) {
        if (count >= limits.cells) return this.recordTooLong(start, at, `${limits.cells} cells`);
        this.grow();
        ({ starts, ends } = this);
      }
      if (inside || (at < bytesEnd && bytes[at] === quote)) {
        at = this.scanQuoted(start, inside ? at - 1 : at, count);
        if (at === -1) return this.stop ? 'stop' : 'cut';
        inside = false;
      } else {
        starts[count] = at;
        while (at < bytesEnd) {
          const byte = bytes[at] as number;
          if (byte <= highest && (byte === delimiter || byte === lf || byte === cr)) break;
          at++;
        }
        ends[count] = at;
        if (this.hasQuotes) this.kinds[count] = plainCell;
      }
      count++;
      if (at >= bytesEnd || bytes[at] !== delimiter) break;
      at++;
    }
    this.cellCount = count;
    this.end = at;
    if (at - start > limits.recordBytes) return this.recordTooLong(start, at, '');
    return at < bytesEnd || this.endsInput ? 'record' : 'cut';
  }

  /** Scans the quoted cell whose quote is at `open`. Gives the index of what ends the cell, -1 where it has no end. */
  private scanQuoted(start: number, open: number, cell: number): number {
    const { bytes, quote, delimiter, limits, starts, ends, kinds } = this;
    if (!this.hasQuotes) {
      kinds.fill(plainCell, 0, cell);
      this.hasQuotes = true;
    }
    // one more than the closing quote's last place
    const limit = Math.min(bytes.length, open + limits.quotedBytes + 2);
    let kind = quotedCell;
    let at = open + 1;
    for (;;) {
      while (at < limit && bytes[at] !== quote) at++;
      if (at >= limit) return this.unclosed(start, open);
      if (at + 1 >= bytes.length || bytes[at + 1] !== quote) break;
      kind = doubledCell;
      at += 2;
    }
    starts[cell] = open + 1;
    ends[cell] = at++;
    const behind = at;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      if (byte === delimiter || byte === lf || byte === cr) break;
      at++;
    }
    if (at > behind) {
      kind = strayCell;
      starts[cell] = open;
      ends[cell] = at;
      if (this.stray === -1) this.stray = cell;
    }
    kinds[cell] = kind;
    return at;
  }

  /** No closing quote within the bound: which bound is crossed first decides, whatever the window shows. */
  private unclosed(start: number, open: number): number {
    const { bytes, limits, endsInput } = this;
    const crossed = open + limits.quotedBytes + 2;
    const isOver = bytes.length >= crossed;
    const seen = isOver ? crossed : bytes.length;
    if (seen - start > limits.recordBytes) {
      this.recordTooLong(start, seen, '');
    } else if (isOver || endsInput) {
      const bound = isOver ? ` within ${limits.quotedBytes} bytes` : '';
      this.stop = {
        code: 'JOB_QUOTE_UNCLOSED',
        message: `a quoted cell has no closing quote${bound}`,
        at: open,
      };
    }
    return -1;
  }

  private recordTooLong(start: number, seen: number, cells: string): 'stop' {
    const { recordBytes } = this.limits;
    const bound = cells === '' || seen - start > recordBytes ? `${recordBytes} bytes` : cells;
    this.stop = { code: 'JOB_RECORD_TOO_LONG', message: `a record is over the limit of ${bound}`, at: start };
    return 'stop';
  }

  private reset(): void {
    this.hasQuotes = false;
    this.stray = -1;
    this.stop = undefined;
  }

  private grow(): void {
    const { starts, ends, kinds } = this;
    const cells = Math.min(this.limits.cells, 2 * starts.length);
    this.starts = new Int32Array(cells);
    this.ends = new Int32Array(cells);
    this.kinds = new Uint8Array(cells);
    this.starts.set(starts);
    this.ends.set(ends);
    this.kinds.set(kinds);
  }
}
