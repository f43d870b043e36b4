import { frameOutput } from '../../protocols/consumption/frameKeys.js';
import { ByteSink } from '../write/byteSink.js';
import { wholeMark } from '../write/wholeMark.js';
import { appendBytes } from './appendBytes.js';
import { valueEnd } from './valueEnd.js';

const comma = 0x2c;
const closeBracket = 0x5d;

/** A column of the results with the bytes of its values. */
interface FrameColumn {
  readonly key: string;
  /** Bytes of the key and the colon in a row. */
  readonly keyBytes: number;
  sink: ByteSink;
  /** A value of it stands for all rows of a call. */
  isWhole: boolean;
}

/** Turns the rows of one item after the other into the columns of its answer. */
export class FrameAnswer {
  readonly #columns: readonly FrameColumn[];
  #rows = 0;
  #bytes = 0;
  #failed = 0;
  #firstFailure = '';

  /** `names`: the keys of a row in their order. */
  constructor(names: readonly string[]) {
    this.#columns = names.map((name) => {
      const key = `${JSON.stringify(name)}:`;
      return { key, keyBytes: Buffer.byteLength(key), sink: emptySink(), isWhole: false };
    });
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A row is `{"name":value,...}` with all names, without blanks but `wholeMark`: bytes [start, end) of `part`. */
  row(part: Uint8Array, start: number, end: number): void {
    // an item with a bad row has no other results
    if (this.#failed > 0) return;
    let at = start + 1;
    const last = this.#columns.length - 1;
    for (let i = 0; i <= last; i++) {
      const column = this.#columns[i] as FrameColumn;
      const { sink } = column;
      at += column.keyBytes;
      if (part[at] === wholeMark) {
        column.isWhole = true;
        at++;
      }
      const to = i === last ? end - 1 : valueEnd(part, at);
      if (this.#rows > 0) sink.byte(comma);
      appendBytes(sink, part, at, to);
      this.#bytes += to - at + 1;
      at = to + 1;
    }
    this.#rows++;
  }

  /** `row` counts from 0 within the item. */
  error(row: number, reason: string): void {
    if (this.#failed++ === 0) this.#firstFailure = `row ${row}: ${reason}`;
  }

  /** Why the item failed; undefined when it did not. */
  failure(): string | undefined {
    if (this.#failed === 0) {
      const whole = this.#rows === 1 ? undefined : this.#columns.find(({ isWhole }) => isWhole);
      return whole && `output ${whole.key.slice(0, -1)} has no value per row`;
    }
    const more = this.#failed - 1;
    return more === 0 ? this.#firstFailure : `${this.#firstFailure}; and ${more} more`;
  }

  /** Writes the output parameters. */
  writeTo(sink: ByteSink): void {
    sink.text(`{"${frameOutput}":{`);
    for (const [i, { key, sink: values, isWhole }] of this.#columns.entries()) {
      sink.text(`${i === 0 ? '' : ','}${key}${isWhole ? '' : '['}`);
      sink.slice(values.bytes, 0, values.length);
      if (!isWhole) sink.byte(closeBracket);
    }
    sink.text('}}');
  }

  /** Begins the next item. */
  reset(): void {
    for (const column of this.#columns) {
      // room that one large item took is not kept for all others
      if (column.sink.bytes.length > keptBytes) column.sink = emptySink();
      else column.sink.length = 0;
      column.isWhole = false;
    }
    this.#rows = 0;
    this.#bytes = 0;
    this.#failed = 0;
  }
}

const keptBytes = 4096;

const emptySink = () => new ByteSink({ capacity: 256, maxBytes: Infinity });
