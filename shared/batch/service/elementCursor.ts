import { JsonElements } from '../read/json/jsonElements.js';
import type { Turns } from './turns.js';

const openBracket = Uint8Array.of(0x5b);
const closeBracket = Uint8Array.of(0x5d);

/**
 * Goes through the elements of a JSON array, or the members of an object with their keys, which stands in bytes that are
 * known to be JSON. Elements are found a step at a time, so that neither their number nor their length matters:
 *
 * `while (cursor.isAhead || (await cursor.load())) { cursor.take(); ... cursor.start, cursor.end ... }`
 */
export class ElementCursor {
  /** The element that was taken: [start, end) of the bytes, without blanks around it. */
  start = 0;
  end = 0;

  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #last: number;
  readonly #turns: Turns;
  readonly #stepBytes: number;
  readonly #elements = new JsonElements();
  #found: readonly number[] = [];
  #taken = 0;
  #at: number;

  /** [start, end): the array or object with its brackets. */
  constructor(bytes: Uint8Array, start: number, end: number, turns: Turns, stepBytes = 16 * 1024) {
    this.#bytes = bytes;
    this.#base = start;
    this.#last = end - 1;
    this.#turns = turns;
    this.#stepBytes = stepBytes;
    // members of an object are told apart as elements are: a colon is a byte like others
    this.#elements.feed(openBracket);
    this.#at = start + 1;
  }

  /** Whether an element can be taken without a `load`. */
  get isAhead(): boolean {
    return this.#taken < this.#found.length;
  }

  /** Reads on to the next elements; false at the end. */
  async load(): Promise<boolean> {
    while (!this.isAhead) {
      if (this.#at > this.#last) return false;
      const isLast = this.#at === this.#last;
      const end = Math.min(this.#at + this.#stepBytes, this.#last);
      this.#found = this.#elements.feed(isLast ? closeBracket : this.#bytes.subarray(this.#at, end));
      this.#taken = 0;
      if (this.#turns.areDue(end - this.#at)) await this.#turns.take();
      this.#at = isLast ? this.#last + 1 : end;
    }
    return true;
  }

  /** Moves to the next element; there is one ahead. */
  take(): void {
    this.start = this.#base + (this.#found[this.#taken++] as number);
    this.end = this.#base + (this.#found[this.#taken++] as number);
  }
}
