import { ScoringError } from '../../errors/scoringError.js';
import { mostBodyBytes } from '../../settings.js';
import { csvLimits } from '../read/csv/csvLimits.js';
import { ByteSink } from '../write/byteSink.js';
import { appendBytes } from './appendBytes.js';

const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const lineFeed = 0x0a;
const spareBytes = 64 * 1024;
const nothing = Uint8Array.of(0x6e, 0x75, 0x6c, 0x6c);

/** Rows as the batch engine reads them: JSON arrays in the order of the columns, each on a line. */
export class RowLines {
  readonly #sink: ByteSink;
  readonly #most: number;
  #rowStart = 0;
  #cells = 0;

  /** `bodyBytes`: of what the cells are taken from. `most`: as many as a job reads to run again. */
  constructor(bodyBytes: number, most = mostBodyBytes) {
    this.#sink = new ByteSink({ capacity: 0, maxBytes: Infinity });
    // a row of one short cell is twice as long as the cell: to grow takes long, and so does it to fill memory with zeros
    this.#sink.bytes = Buffer.allocUnsafeSlow(Math.min(2 * bodyBytes, most) + spareBytes);
    this.#most = most;
  }

  get bytes(): number {
    return this.#sink.length;
  }

  /** Appends the next cell of the row: bytes [start, end), null without them. Throws SCORE_ERR_BATCH_TOO_LARGE. */
  cell(source?: Uint8Array, start = 0, end = 0): void {
    const sink = this.#sink;
    if (end - start > csvLimits.recordBytes) throw rowTooLong();
    sink.byte(this.#cells++ === 0 ? openBracket : comma);
    if (source) appendBytes(sink, source, start, end);
    else sink.copy(nothing);
  }

  /** Ends the row, which has cells. Throws SCORE_ERR_BATCH_TOO_LARGE. */
  endRow(): void {
    const sink = this.#sink;
    sink.byte(closeBracket);
    if (sink.length - this.#rowStart > csvLimits.recordBytes) throw rowTooLong();
    sink.byte(lineFeed);
    if (sink.length > this.#most) {
      throw tooLarge(`expected items whose rows have at most ${this.#most} bytes, got more`);
    }
    this.#rowStart = sink.length;
    this.#cells = 0;
  }

  /** Takes back the rows behind the first `bytes` bytes. */
  takeBack(bytes: number): void {
    this.#sink.length = bytes;
    this.#rowStart = bytes;
  }

  /** All rows; a view. */
  view(): Uint8Array<ArrayBuffer> {
    const { bytes, length } = this.#sink;
    return bytes.subarray(0, length);
  }
}

const rowTooLong = () =>
  tooLarge(`expected rows of at most ${csvLimits.recordBytes} bytes, got a longer one`);

const tooLarge = (message: string) =>
  new ScoringError('SCORE_ERR_BATCH_TOO_LARGE', `${message}; POST /jobs takes larger inputs`);
