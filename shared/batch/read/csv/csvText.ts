import type { TextLayout } from '../../plan/plan.js';
import type { ReadStop } from '../recordReader.js';
import { csvLimits } from './csvLimits.js';
import { RecordCells } from './recordCells.js';
import { cr, lf, RecordScanner } from './recordScanner.js';
import { utf16Length, utf16ToUtf8 } from './utf16.js';

/** The records of a small text, one array of cells each; what it tells beside is about those given so far. */
export interface CsvText extends Iterable<string[]> {
  /** Byte behind the last record and its line end, where the next one begins; counted in the encoding of the text. */
  readonly endOffset: number;
  /** The last record has text behind a closing quote. */
  readonly isStray: boolean;
  /** Why there are no more records. */
  readonly stop: ReadStop | undefined;
}

/**
 * Reads the first records of a text without byte order mark, in order, such as its header. `isWhole`: the bytes are all
 * of the text; else a last record that they cut is left out. What is not UTF-8 is given as U+FFFD.
 */
export function firstRecords(
  bytes: Uint8Array<ArrayBuffer>,
  layout: TextLayout,
  maxRecords: number,
  isWhole = true,
): CsvText {
  return new RecordTexts(bytes, layout, maxRecords, isWhole);
}

class RecordTexts implements CsvText {
  isStray = false;
  stop: ReadStop | undefined;

  private at = 0;
  private records = 0;
  private readonly scanner: RecordScanner;
  private readonly cells: RecordCells;
  private readonly offsetOf: (index: number) => number;

  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    { encoding, delimiter, quote }: TextLayout,
    private readonly maxRecords: number,
    isWhole: boolean,
  ) {
    const utf8 = encoding === 'utf-8' ? bytes : utf16ToUtf8(bytes, encoding);
    this.offsetOf = encoding === 'utf-8' ? (index) => index : (index) => utf16Length(utf8, index);
    this.scanner = new RecordScanner({
      bytes: utf8,
      endsInput: isWhole,
      delimiter,
      quote,
      limits: csvLimits,
    });
    this.cells = new RecordCells(this.scanner, quote, false, 0);
  }

  get endOffset(): number {
    return this.offsetOf(this.at);
  }

  /** Goes on behind the record that was given last. */
  *[Symbol.iterator](): Generator<string[], void> {
    const { scanner, cells } = this;
    const { bytes } = scanner;
    while (this.records < this.maxRecords && !this.stop) {
      const start = scanner.skipLineEnds(this.at, bytes.length);
      if (start === bytes.length) return;
      if (scanner.scan(start) !== 'record') {
        const { stop } = scanner;
        if (stop) this.stop = { code: stop.code, message: stop.message, offset: this.offsetOf(stop.at) };
        return;
      }
      this.at = behindLineEnd(bytes, scanner.end);
      this.isStray = scanner.stray !== -1;
      this.records++;
      yield Array.from({ length: scanner.cellCount }, (_, cell) => cells.text(cell));
    }
  }
}

function behindLineEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === cr && bytes[at + 1] === lf) return at + 2;
  return Math.min(at + 1, bytes.length);
}
