const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const zero = 0x30;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** What the next byte may belong to. */
type Phase =
  | 'value' // the value of a member, an element behind a comma, or the whole text
  | 'firstElement' // an element, or the end of the array
  | 'firstKey' // a key, or the end of the object
  | 'key'
  | 'colon'
  | 'behind' // behind a value
  | 'text'
  | 'escape'
  | 'unicode'
  | 'word'
  | 'minus'
  | 'zero'
  | 'digits'
  | 'point'
  | 'fraction'
  | 'exponent'
  | 'exponentSign'
  | 'exponentDigits';

/** Phases in which a number may end. */
const wholeNumber: ReadonlySet<Phase> = new Set(['zero', 'digits', 'fraction', 'exponentDigits']);

/** Why bytes are no JSON, and at which byte. */
export interface JsonProblem {
  readonly kind: 'syntax' | 'depth' | 'end';
  readonly offset: number;
}

/**
 * Checks a JSON text (RFC 8259) whose bytes come piece by piece, in memory of a fixed size; whether they are UTF-8 is
 * checked elsewhere. `JSON.parse` would do the same for all bytes at once, and hold the thread up for as long.
 */
export class JsonCheck {
  problem: JsonProblem | undefined;
  /** Start and end (exclusive) of each element of the array that the text is, one after the other. */
  readonly elements: number[] = [];

  readonly #maxDepth: number;
  /** 1 where the open bracket of a depth is that of an object. */
  readonly #objects: Uint8Array;
  #depth = 0;
  #phase: Phase = 'value';
  #isKey = false;
  /** Hexadecimal digits of an escape that are still to come. */
  #digitsLeft = 0;
  /** true, false or null, and how much of it has come. */
  #word: Uint8Array = noWord;
  #wordLength = 0;
  #isTooDeep = false;
  /** Where the bytes that are fed begin, and the byte that is taken. */
  #position: number;
  #at = 0;

  /** `position`: the offset of the first byte. */
  constructor(maxDepth: number, position = 0) {
    this.#maxDepth = maxDepth;
    this.#position = position;
    this.#objects = new Uint8Array(maxDepth + 1);
  }

  feed(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length && !this.problem; i++) {
      const byte = bytes[i] as number;
      switch (this.#phase) {
        case 'text':
          i = this.#readText(bytes, i);
          continue;
        case 'digits':
        case 'fraction':
        case 'exponentDigits':
          if (isDigit(byte)) continue;
          break;
        case 'behind':
        case 'value':
        case 'firstElement':
        case 'firstKey':
        case 'key':
        case 'colon':
          if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
          break;
        default:
      }
      this.#at = this.#position + i;
      if (!this.#take(byte)) {
        this.problem = { kind: this.#isTooDeep ? 'depth' : 'syntax', offset: this.#at };
      }
    }
    this.#position += bytes.length;
  }

  /** Tells that nothing follows. */
  finish(): void {
    const isWhole = this.#depth === 0 && (this.#phase === 'behind' || wholeNumber.has(this.#phase));
    if (!isWhole) this.problem ??= { kind: 'end', offset: this.#position };
  }

  /** Index of the last byte of the text that was looked at. */
  #readText(bytes: Uint8Array, from: number): number {
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === quote) {
        if (this.#isKey) this.#phase = 'colon';
        else this.#end(this.#position + i + 1);
        return i;
      }
      if (byte === backslash) {
        this.#phase = 'escape';
        return i;
      }
      if (byte < 0x20) {
        this.problem = { kind: 'syntax', offset: this.#position + i };
        return i;
      }
    }
    return bytes.length;
  }

  /** Takes one byte that is no blank; false where it may not stand. */
  #take(byte: number): boolean {
    switch (this.#phase) {
      case 'firstElement':
        return byte === closeBracket ? this.#close(0) : this.#begin(byte);
      case 'value':
        return this.#begin(byte);
      case 'firstKey':
        return byte === closeBrace ? this.#close(1) : this.#beginKey(byte);
      case 'key':
        return this.#beginKey(byte);
      case 'colon':
        return byte === colon && this.#to('value');
      case 'behind':
        return this.#follow(byte);
      case 'escape':
        if (byte === 0x75) this.#digitsLeft = 4;
        return byte === 0x75 ? this.#to('unicode') : escapes.has(byte) && this.#to('text');
      case 'unicode':
        return isHexDigit(byte) && (--this.#digitsLeft > 0 || this.#to('text'));
      case 'word':
        if (byte !== this.#word[this.#wordLength++]) return false;
        return this.#wordLength < this.#word.length || this.#end(this.#at + 1);
      default:
        return this.#continueNumber(byte);
    }
  }

  #begin(byte: number): boolean {
    if (this.#isElement()) this.elements.push(this.#at);
    if (byte === quote) {
      this.#isKey = false;
      return this.#to('text');
    }
    if (byte === openBracket || byte === openBrace) return this.#open(byte === openBrace);
    if (byte === minus) return this.#to('minus');
    if (byte === zero) return this.#to('zero');
    if (isDigit(byte)) return this.#to('digits');
    this.#word = words.get(byte) ?? noWord;
    this.#wordLength = 1;
    return this.#word !== noWord && this.#to('word');
  }

  #beginKey(byte: number): boolean {
    this.#isKey = true;
    return byte === quote && this.#to('text');
  }

  #open(isObject: boolean): boolean {
    this.#isTooDeep = this.#depth === this.#maxDepth;
    if (this.#isTooDeep) return false;
    this.#objects[this.#depth++] = isObject ? 1 : 0;
    return this.#to(isObject ? 'firstKey' : 'firstElement');
  }

  #close(isObject: 0 | 1): boolean {
    if (this.#depth === 0 || this.#objects[this.#depth - 1] !== isObject) return false;
    this.#depth--;
    return this.#end(this.#at + 1);
  }

  /** A value that is not a key has ended before `offset`. */
  #end(offset: number): true {
    if (this.#isElement()) this.elements.push(offset);
    return this.#to('behind');
  }

  #isElement(): boolean {
    return this.#depth === 1 && this.#objects[0] === 0;
  }

  /** A byte behind a value. */
  #follow(byte: number): boolean {
    if (byte === closeBracket) return this.#close(0);
    if (byte === closeBrace) return this.#close(1);
    if (byte !== comma || this.#depth === 0) return false;
    return this.#to(this.#objects[this.#depth - 1] === 1 ? 'key' : 'value');
  }

  /** A byte within a number or behind it. */
  #continueNumber(byte: number): boolean {
    const phase = this.#phase;
    if (isDigit(byte)) {
      if (phase === 'zero') return false;
      if (phase === 'minus') return this.#to(byte === zero ? 'zero' : 'digits');
      return this.#to(phase === 'point' ? 'fraction' : 'exponentDigits');
    }
    const isExponent = byte === 0x65 || byte === 0x45;
    if (byte === point) return (phase === 'zero' || phase === 'digits') && this.#to('point');
    if (isExponent) return wholeNumber.has(phase) && phase !== 'exponentDigits' && this.#to('exponent');
    if (byte === plus || byte === minus) return phase === 'exponent' && this.#to('exponentSign');
    if (!wholeNumber.has(phase)) return false;
    this.#end(this.#at);
    const isBlank = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    return isBlank || this.#follow(byte);
  }

  #to(phase: Phase): true {
    this.#phase = phase;
    return true;
  }
}

const isDigit = (byte: number) => byte >= zero && byte <= 0x39;
const isHexDigit = (byte: number) =>
  isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

/** What stands behind a backslash: " \ / b f n r t. */
const escapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

const noWord = new Uint8Array();
const words: ReadonlyMap<number, Uint8Array> = new Map(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);
