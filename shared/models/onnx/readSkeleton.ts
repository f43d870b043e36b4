import { closeSync, openSync, readSync } from 'node:fs';
import { fieldHead, readVarint } from './protobuf.js';

type MessageType = 'model' | 'function' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse';

/** Which fields of a message (onnx.proto) hold messages that are cut in their turn. */
const nested: Readonly<Record<MessageType, Readonly<Record<number, MessageType>>>> = {
  model: { 7: 'graph', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: {},
  sparse: { 1: 'tensor', 2: 'tensor' },
};

/** Which fields are left out: the data of tensors, and the texts and numbers of attributes but for labels. */
const dropped: Readonly<Record<MessageType, readonly number[]>> = {
  model: [],
  function: [],
  graph: [],
  node: [],
  attribute: [4, 7],
  tensor: [4, 5, 6, 7, 9, 10, 11],
  sparse: [],
};

/** AttributeProto.ints, which may be labels: more of them are none. */
const intsField = 8;
const mostInts = 20_000;
const mostIntsBytes = 2 ** 20;

const deepestGraph = 32;
/** What remains of the largest models is a few MiB. */
const mostBytes = 128 * 2 ** 20;
const windowBytes = 64 * 1024;

/**
 * Reads a model file without its weights: what `readOnnxModel` looks at is there as in the whole file. Holds a few MiB
 * whatever the size of the file, and reads only what is not weights; blocks its thread meanwhile.
 *
 * Throws RangeError for bytes that are no protobuf message, and for graphs that are nested without end or too large.
 */
export function readSkeleton(file: string, sizeBytes: number): Uint8Array {
  const reader = new FileReader(file);
  try {
    return new SkeletonWriter(reader).message('model', 0, sizeBytes, 0);
  } finally {
    reader.close();
  }
}

class SkeletonWriter {
  readonly #reader: FileReader;
  #kept = 0;

  constructor(reader: FileReader) {
    this.#reader = reader;
  }

  /** A message between two places of the file, cut. */
  message(type: MessageType, from: number, to: number, graphs: number): Uint8Array {
    const parts: Uint8Array[] = [];
    // fields that are kept are copied together
    let keptFrom = from;
    const keepUntil = (end: number): void => {
      if (end > keptFrom) parts.push(this.#keep(keptFrom, end));
    };
    let ints = 0;
    for (let at = from; at < to;) {
      const field = this.#field(from, at, to);
      const { number, wireType, contentFrom, end } = field;
      const inner = wireType === 2 ? nested[type][number] : undefined;
      if (inner) {
        keepUntil(at);
        const depth = graphs + (inner === 'graph' ? 1 : 0);
        // the first one is within no other
        if (depth > deepestGraph + 1) throw new RangeError(`graphs are nested over ${deepestGraph} deep`);
        const cut = this.message(inner, contentFrom, end, depth);
        parts.push(fieldHead(number, cut.length), cut);
        keptFrom = end;
      } else if (dropped[type].includes(number) || (type === 'attribute' && isNoLabel(field, ++ints))) {
        keepUntil(at);
        // that there is such a field is told
        if (type === 'attribute' && wireType === 2) parts.push(fieldHead(number, 0));
        keptFrom = end;
      }
      at = end;
    }
    keepUntil(to);
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /** As `readFields` reads them. */
  #field(message: number, at: number, to: number): FoundField {
    const tag = this.#reader.varint(at, to);
    const number = Number(tag.value >> 3n);
    const wireType = Number(tag.value & 7n);
    if (number === 0) throw new RangeError(`field number 0 at byte ${at - message}`);
    if (wireType === 0) {
      return { number, wireType, contentFrom: tag.end, end: this.#reader.varint(tag.end, to).end };
    }
    let contentFrom = tag.end;
    let length: number;
    if (wireType === 1) length = 8;
    else if (wireType === 5) length = 4;
    else if (wireType === 2) {
      const read = this.#reader.varint(contentFrom, to);
      contentFrom = read.end;
      length = Number(read.value);
    } else throw new RangeError(`wire type ${wireType} at byte ${at - message}`);
    if (contentFrom + length > to) throw new RangeError(`field ${number} is longer than its message`);
    return { number, wireType, contentFrom, end: contentFrom + length };
  }

  #keep(from: number, to: number): Uint8Array {
    this.#kept += to - from;
    if (this.#kept > mostBytes) {
      throw new RangeError(`its graph is over ${mostBytes / 2 ** 20} MiB without the weights`);
    }
    return this.#reader.bytes(from, to);
  }
}

interface FoundField {
  readonly number: number;
  readonly wireType: number;
  readonly contentFrom: number;
  readonly end: number;
}

function isNoLabel({ number, wireType, contentFrom, end }: FoundField, count: number): boolean {
  if (number !== intsField) return false;
  return wireType === 2 ? end - contentFrom > mostIntsBytes : count > mostInts;
}

/** A file by places, with a window of it in memory. */
class FileReader {
  readonly #file: number;
  readonly #window = new Uint8Array(windowBytes);
  #from = 0;
  #count = 0;

  constructor(file: string) {
    this.#file = openSync(file, 'r');
  }

  /** The number at a place; it ends before `to`. */
  varint(at: number, to: number): { readonly value: bigint; readonly end: number } {
    const last = Math.min(at + 10, to);
    if (at < this.#from || last > this.#from + this.#count) {
      this.#from = at;
      this.#count = readSync(this.#file, this.#window, 0, windowBytes, at);
    }
    const start = at - this.#from;
    const { value, end } = readVarint(
      this.#window.subarray(start, Math.min(last - this.#from, this.#count)),
      0,
    );
    return { value, end: at + end };
  }

  bytes(from: number, to: number): Uint8Array {
    const start = from - this.#from;
    if (start >= 0 && to - this.#from <= this.#count) return this.#window.slice(start, to - this.#from);
    const bytes = new Uint8Array(to - from);
    for (let count = 0; count < bytes.length;) {
      const read = readSync(this.#file, bytes, count, bytes.length - count, from + count);
      if (read === 0) throw new RangeError('the file became shorter while it was read');
      count += read;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#file);
  }
}
