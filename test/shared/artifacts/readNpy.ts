import assert from 'node:assert/strict';

/** A NumPy file as its format description reads: type, shape, elements one after the other. */
export interface NpyFile {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | bigint | boolean)[];
  /** Where the elements begin. */
  readonly dataStart: number;
}

/** Reads a file of format 1.0, element by element (numpy.lib.format). */
export function readNpy(bytes: Uint8Array): NpyFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  assert.deepEqual([...bytes.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const dataStart = 10 + view.getUint16(8, true);
  const header = new TextDecoder('ascii').decode(bytes.subarray(10, dataStart));
  assert.ok(header.endsWith('\n'));
  const [, descr = '', dimensions = ''] =
    /^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/.exec(header) ?? [];
  const shape = dimensions.split(',').flatMap((one) => (one.trim() === '' ? [] : [Number(one)]));
  // a tuple of one is written with a comma
  if (shape.length === 1) assert.match(dimensions, /,$/);
  const read = readers[descr];
  assert.ok(read, `descr is ${descr}`);
  const size = Number(descr.slice(2));
  const count = shape.reduce((product, length) => product * length, 1);
  assert.equal(bytes.length - dataStart, count * size);
  const data = Array.from({ length: count }, (_, i) => read(view, dataStart + i * size));
  return { descr, shape, data, dataStart };
}

const readers: Readonly<Record<string, (view: DataView, at: number) => number | bigint | boolean>> = {
  '|b1': (view, at) => view.getUint8(at) !== 0,
  '|u1': (view, at) => view.getUint8(at),
  '|i1': (view, at) => view.getInt8(at),
  '<u2': (view, at) => view.getUint16(at, true),
  '<i2': (view, at) => view.getInt16(at, true),
  '<u4': (view, at) => view.getUint32(at, true),
  '<i4': (view, at) => view.getInt32(at, true),
  '<u8': (view, at) => view.getBigUint64(at, true),
  '<i8': (view, at) => view.getBigInt64(at, true),
  // as its bits
  '<f2': (view, at) => view.getUint16(at, true),
  '<f4': (view, at) => view.getFloat32(at, true),
  '<f8': (view, at) => view.getFloat64(at, true),
};
