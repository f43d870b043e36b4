import { JobFailure } from '../jobFailure.js';

/** What a chunk may give at most. */
export const maxPartBytes = 256 * 2 ** 20;

/**
 * Bytes that grow at their end. Hot writers `reserve` what they need at most, write into `bytes` from `length` on and
 * move `length`. Throws JOB_RESULT_TOO_LARGE when there could be more than `maxBytes`, by default 256 MiB.
 */
export class ByteSink {
  /** Replaced when it grows: read it again after every call that may grow it. */
  bytes: Buffer<ArrayBuffer>;
  length = 0;
  readonly #maxBytes: number;

  constructor({ capacity = 4096, maxBytes = maxPartBytes } = {}) {
    this.#maxBytes = maxBytes;
    this.bytes = Buffer.from(new ArrayBuffer(capacity));
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.#maxBytes) throw partTooLarge();
    const grown = Buffer.from(
      new ArrayBuffer(Math.min(this.#maxBytes, Math.max(needed, this.bytes.length * 2))),
    );
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Appends a few bytes. */
  copy(source: Uint8Array): void {
    this.reserve(source.length);
    const { bytes, length } = this;
    for (let i = 0; i < source.length; i++) bytes[length + i] = source[i] as number;
    this.length = length + source.length;
  }

  /** Appends bytes [start, end) of `source`. */
  slice(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.bytes.set(source.subarray(start, end), this.length);
    this.length += end - start;
  }

  /** Appends a text in UTF-8; lone surrogates become U+FFFD. */
  text(value: string): void {
    if (value.length > shortText) {
      this.reserve(Buffer.byteLength(value));
      this.length += this.bytes.write(value, this.length);
      return;
    }
    this.reserve(value.length * 3);
    const { bytes, length } = this;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) {
        this.length += bytes.write(value, length);
        return;
      }
      bytes[length + i] = code;
    }
    this.length = length + value.length;
  }

  /** The bytes, which own all of their buffer. The sink is used up. */
  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.buffer.transfer(this.length));
  }
}

/** Longer ones are worth the call into native code. */
const shortText = 40;

export const partTooLarge = () =>
  new JobFailure('JOB_RESULT_TOO_LARGE', `the result of a chunk is over ${maxPartBytes / 2 ** 20} MiB`);
