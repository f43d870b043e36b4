import type { Datatype, Tensor } from '../tensors/datatypes.js';
import type { Made } from './artifactSource.js';

/** Type descriptions of NumPy; all memory is little-endian where ONNX Runtime runs. */
const descriptions: Record<Exclude<Datatype, 'BYTES'>, string> = {
  BOOL: '|b1',
  UINT8: '|u1',
  INT8: '|i1',
  UINT16: '<u2',
  INT16: '<i2',
  UINT32: '<u4',
  INT32: '<i4',
  UINT64: '<u8',
  INT64: '<i8',
  FP16: '<f2',
  FP32: '<f4',
  FP64: '<f8',
};

const magic = '\x93NUMPY\x01\x00';
const lengthBytes = 2;
/** The elements begin at a multiple of it, so that they can be mapped into memory. */
const alignment = 64;

/** A tensor as a NumPy file of format 1.0, in C order. Texts were refused when the model was loaded. */
export function writeNpy({ datatype, shape, data }: Tensor): Made {
  if (datatype === 'BYTES' || !ArrayBuffer.isView(data)) return { note: 'it holds texts' };
  const dimensions = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const facts = `{'descr': '${descriptions[datatype]}', 'fortran_order': False, 'shape': ${dimensions}, }`;
  const plain = magic.length + lengthBytes + facts.length + 1;
  const head = Math.ceil(plain / alignment) * alignment;
  const bytes = Buffer.alloc(head + data.byteLength);
  bytes.write(magic, 'latin1');
  bytes.writeUInt16LE(head - magic.length - lengthBytes, magic.length);
  bytes.write(`${facts}${' '.repeat(head - plain)}\n`, magic.length + lengthBytes, 'latin1');
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), head);
  return { bytes };
}
