const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Nesting up to which brackets are held against each other; below that they are counted. */
const heldDepth = 64;

/** Where in the array the next byte is: in front of it, where its first or next element may begin, in one, behind it. */
type Phase = 'front' | 'first' | 'next' | 'element' | 'behind';

/** Why bytes are no JSON array, and at which byte. */
export interface ArrayProblem {
  readonly message: string;
  readonly offset: number;
}

/**
 * Finds the elements of a JSON array in bytes that come piece by piece; offsets count from the first byte of all. It
 * looks at texts, brackets and commas alone: whether an element is JSON is seen when it is parsed. Needs the same
 * little memory whatever comes.
 */
export class JsonElements {
  #position = 0;
  #phase: Phase = 'front';
  #inText = false;
  #isEscaped = false;
  #depth = 0;
  readonly #closers = new Uint8Array(heldDepth);
  #start = 0;
  #end = 0;
  #problem: ArrayProblem | undefined;

  /** What broke the array. Nothing is found behind it. */
  get problem(): ArrayProblem | undefined {
    return this.#problem;
  }

  /** The element that has not ended yet, as far as it is known: blanks behind it may not belong to it. */
  get open(): { readonly start: number; readonly end: number } | undefined {
    if (this.#phase !== 'element') return undefined;
    return { start: this.#start, end: this.#inText || this.#depth > 0 ? this.#position : this.#end };
  }

  /**
   * Reads on. Gives start and end (exclusive) of each element that ended, one after the other in one array, without
   * blanks around it.
   */
  feed(bytes: Uint8Array): number[] {
    const found: number[] = [];
    const base = this.#position;
    for (let i = 0; i < bytes.length && !this.#problem; i++) {
      const byte = bytes[i] as number;
      if (this.#inText) {
        i = this.#skipText(bytes, i);
        continue;
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      if (this.#depth === 0 && (byte === comma || byte === closeBracket))
        this.#endElement(byte, base + i, found);
      else this.#takeByte(byte, base + i);
    }
    this.#position = base + bytes.length;
    return found;
  }

  /** Tells that nothing follows. */
  finish(): void {
    if (this.#phase === 'behind' || this.#problem) return;
    const expected = this.#phase === 'front' ? 'a JSON array' : "']' at the end of the array";
    this.#problem = { message: `expected ${expected}, got the end`, offset: this.#position };
  }

  /** Index of the last byte of the text, or the last one there is. */
  #skipText(bytes: Uint8Array, from: number): number {
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) {
        this.#inText = false;
        this.#end = this.#position + i + 1;
        return i;
      }
    }
    return bytes.length;
  }

  #endElement(byte: number, offset: number, found: number[]): void {
    const isEmpty = this.#phase === 'first' && byte === closeBracket;
    if (this.#phase === 'element') found.push(this.#start, this.#end);
    else if (!isEmpty) {
      this.#fail(this.#phase === 'front' || this.#phase === 'behind' ? undefined : 'a value', byte, offset);
      return;
    }
    this.#phase = byte === comma ? 'next' : 'behind';
  }

  /** A byte that is neither blank nor between elements. */
  #takeByte(byte: number, offset: number): void {
    if (this.#phase === 'front' && byte === openBracket) {
      this.#phase = 'first';
      return;
    }
    if (this.#phase === 'front' || this.#phase === 'behind') {
      this.#fail(undefined, byte, offset);
      return;
    }
    if (this.#phase !== 'element') {
      this.#phase = 'element';
      this.#start = offset;
    }
    this.#end = offset + 1;
    if (byte === quote) this.#inText = true;
    else if (byte === openBracket || byte === openBrace) {
      // the codes of brackets are two apart from those of their partners
      if (this.#depth < heldDepth) this.#closers[this.#depth] = byte + 2;
      this.#depth++;
    } else if (byte === closeBracket || byte === closeBrace) {
      if (this.#depth === 0 || (--this.#depth < heldDepth && this.#closers[this.#depth] !== byte)) {
        this.#fail('another bracket', byte, offset);
      }
    }
  }

  #fail(expected: string | undefined, byte: number, offset: number): void {
    const needed = expected ?? (this.#phase === 'front' ? 'a JSON array' : 'nothing behind the array');
    const isShown = byte === comma || byte === closeBracket || byte === closeBrace;
    const came = isShown ? `'${String.fromCharCode(byte)}'` : 'something else';
    this.#problem = { message: `expected ${needed}, got ${came}`, offset };
    this.#phase = 'behind';
  }
}
