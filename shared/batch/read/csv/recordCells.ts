import { isUtf8 } from 'node:buffer';
import { doubledCell, plainCell, type RecordScanner } from './recordScanner.js';

/** The texts of the record that a scanner has found last. */
export class RecordCells {
  readonly scanner: RecordScanner;
  /** Where `undouble` leaves a text. */
  scratch = new Uint8Array(0);

  private readonly buffer: Buffer;
  private readonly quote: number;
  /** All bytes of complete records are UTF-8, so that no cell needs to be looked at. */
  private readonly allUtf8: boolean;

  /** `checksText`: whether `isUtf8` will be asked at all; the bytes from `start` on are checked at once then. */
  constructor(scanner: RecordScanner, quote: number, checksText: boolean, start: number) {
    this.scanner = scanner;
    this.quote = quote;
    const { buffer, byteOffset, length } = scanner.bytes;
    this.buffer = Buffer.from(buffer, byteOffset, length);
    this.allUtf8 = checksText && isUtf8(this.buffer.subarray(start, this.endOfCharacters(start)));
  }

  /** An empty cell without quotes: it has no value. */
  isMissing(cell: number): boolean {
    const { starts, ends, kinds, hasQuotes } = this.scanner;
    return starts[cell] === ends[cell] && !(hasQuotes && kinds[cell] !== plainCell);
  }

  isDoubled(cell: number): boolean {
    return this.scanner.hasQuotes && this.scanner.kinds[cell] === doubledCell;
  }

  isUtf8(cell: number): boolean {
    if (this.allUtf8) return true;
    const start = this.scanner.starts[cell] as number;
    const end = this.scanner.ends[cell] as number;
    for (let i = start; i < end; i++) {
      if ((this.buffer[i] as number) >= 0x80) return isUtf8(this.buffer.subarray(i, end));
    }
    return true;
  }

  /** Writes the cell's text with doubled quotes undone to `scratch` from 0 on, and gives its length. */
  undouble(cell: number): number {
    const start = this.scanner.starts[cell] as number;
    const end = this.scanner.ends[cell] as number;
    if (this.scratch.length < end - start) this.scratch = new Uint8Array(2 * (end - start));
    let length = 0;
    for (let i = start; i < end; i++) {
      const byte = this.buffer[i] as number;
      this.scratch[length++] = byte;
      if (byte === this.quote) i++;
    }
    return length;
  }

  /** Quotes taken off and doubled ones undone; what is not UTF-8 as U+FFFD. */
  text(cell: number): string {
    if (this.isDoubled(cell)) {
      const length = this.undouble(cell);
      return Buffer.from(this.scratch.buffer, 0, length).toString();
    }
    return this.buffer.toString('utf8', this.scanner.starts[cell], this.scanner.ends[cell]);
  }

  /** The texts of several cells; undefined for a place of -1. */
  texts(places: readonly number[]): (string | undefined)[] {
    const { starts, ends, end, cellCount } = this.scanner;
    const first = starts[0] as number;
    // a slice of one long text costs a fifth of a text of its own, but only ASCII has the places of its bytes
    const line =
      this.allUtf8 && 2 * places.length >= cellCount ? this.buffer.toString('utf8', first, end) : '';
    const isAscii = line.length === end - first;
    return places.map((cell) => {
      if (cell === -1) return undefined;
      if (!isAscii || this.isDoubled(cell)) return this.text(cell);
      return line.slice((starts[cell] as number) - first, (ends[cell] as number) - first);
    });
  }

  /** The first characters of the bytes from `start` to `end`, as they stand; at least `length` where there are so many. */
  firstCharacters(start: number, end: number, length: number): string {
    // a character has at most four bytes
    return this.buffer.toString('utf8', start, Math.min(end, start + 4 * length));
  }

  /** The end of the bytes, less the last characters where the window may cut one. */
  private endOfCharacters(start: number): number {
    let end = this.buffer.length;
    if (this.scanner.endsInput) return end;
    while (end > start && (this.buffer[end - 1] as number) >= 0x80) end--;
    return end;
  }
}
