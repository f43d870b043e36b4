/** One field of a message: its number and, by wire type, its value. */
export interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Wire type 0. */
  readonly varint: bigint;
  /** Wire type 2: a view of the source, no copy. */
  readonly bytes: Uint8Array;
  /** Offsets of the whole field, tag included, in the message. */
  readonly start: number;
  readonly end: number;
}

const nothing: Uint8Array = new Uint8Array(0);

/**
 * Reads the fields of one protobuf message in order, without copying (protobuf.dev, encoding). Hostile input ends in a
 * RangeError: a field may not reach beyond its message, groups are refused.
 */
export function* readFields(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const start = at;
    const tag = readVarint(message, at);
    at = tag.end;
    const number = Number(tag.value >> 3n);
    const wireType = Number(tag.value & 7n);
    if (number === 0) throw new RangeError(`field number 0 at byte ${start}`);
    let varint = 0n;
    let bytes = nothing;
    if (wireType === 0) {
      const read = readVarint(message, at);
      varint = read.value;
      at = read.end;
    } else {
      let length: number;
      if (wireType === 1) length = 8;
      else if (wireType === 5) length = 4;
      else if (wireType === 2) {
        const read = readVarint(message, at);
        if (read.value > BigInt(message.length))
          throw new RangeError(`field ${number} is longer than its message`);
        length = Number(read.value);
        at = read.end;
      } else throw new RangeError(`wire type ${wireType} at byte ${start}`);
      if (at + length > message.length) throw new RangeError(`field ${number} is longer than its message`);
      bytes = message.subarray(at, at + length);
      at += length;
    }
    yield { number, wireType, varint, bytes, start, end: at };
  }
}

/** A number at a place of a message, and where it ends. */
export function readVarint(message: Uint8Array, from: number): { value: bigint; end: number } {
  // tags and lengths nearly always fit in 28 bits: no bigint arithmetic for them
  let small = 0;
  for (let i = 0; i < 4; i++) {
    const byte = message[from + i];
    if (byte === undefined) throw new RangeError('the message ends inside a number');
    small |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return { value: BigInt(small), end: from + i + 1 };
  }
  let value = BigInt(small);
  for (let i = 4; i < 10; i++) {
    const byte = message[from + i];
    if (byte === undefined) throw new RangeError('the message ends inside a number');
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: from + i + 1 };
  }
  throw new RangeError('a number is longer than 10 bytes');
}

/** The signed 64-bit numbers of a packed field. */
export function* packedNumbers(bytes: Uint8Array): Generator<bigint> {
  for (let at = 0; at < bytes.length;) {
    const { value, end } = readVarint(bytes, at);
    yield BigInt.asIntN(64, value);
    at = end;
  }
}

/** A signed 64-bit number of a varint field. */
export function signed(field: Field): bigint {
  return BigInt.asIntN(64, field.varint);
}

const utf8 = new TextDecoder();

/** The text of a length-delimited field. */
export function textOf(field: Field): string {
  return utf8.decode(field.bytes);
}

/** The bytes of a length-delimited field with its tag and length. */
export function lengthDelimited(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([fieldHead(number, content.length), content]);
}

/** Tag and length of a length-delimited field. */
export function fieldHead(number: number, contentBytes: number): Uint8Array {
  return Uint8Array.from([...varintBytes((number << 3) | 2), ...varintBytes(contentBytes)]);
}

/** The bytes of a varint field with its tag. */
export function varintField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varintBytes(number << 3), ...varintBytes(value)]);
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
