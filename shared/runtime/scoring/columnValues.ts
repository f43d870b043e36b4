import type { OutputSpec, Signature } from '../../models/signature.js';
import type { NamedTensors } from '../../protocols/codec.js';
import type { Tensor } from '../../tensors/datatypes.js';
import { fromFloat16Bits } from '../../tensors/float16.js';
import { elementCount } from '../../tensors/shape.js';

/** Columns or outputs by name, as a scoring module sees them. */
export type ModuleValues = Record<string, unknown>;

/**
 * The columns of a call as plain arrays with one value per row: numbers (NaN for a missing one), texts, booleans, nested
 * arrays where a row has several values. Whole numbers of 64 bits are numbers up to 2^53 and bigint beyond.
 */
export function columnValues(feeds: NamedTensors, { inputs, layout, columns }: Signature): ModuleValues {
  const values: ModuleValues = {};
  const [first] = inputs;
  const features = first && feeds[first.name];
  if (layout === 'features' && features) {
    const read = elementReader(features);
    const width = columns.length;
    const rows = features.shape[0] ?? 0;
    for (const [at, { name }] of columns.entries()) {
      values[name] = Array.from({ length: rows }, (_, row) => read(row * width + at));
    }
    return values;
  }
  for (const { name, type } of columns) {
    const tensor = feeds[name];
    if (tensor) values[name] = type === 'vector' ? nestedRows(tensor) : flatRows(tensor);
  }
  return values;
}

/**
 * The value of an output: an array along its first dimension, nested where an entry has several values; of a tensor
 * without dimensions its one element.
 */
export function outputValue(tensor: Tensor, { shape: declared }: OutputSpec): unknown {
  const { shape } = tensor;
  if (shape.length === 0) return elementReader(tensor)(0);
  const inner = (declared.length === shape.length ? declared : shape).slice(1);
  return inner.every((length) => length === 1) ? flatRows(tensor) : nestedRows(tensor);
}

function flatRows(tensor: Tensor): unknown[] {
  const { datatype, data } = tensor;
  if (datatype === 'FP32' || datatype === 'FP64' || datatype === 'BYTES') return Array.from<unknown>(data);
  const read = elementReader(tensor);
  return Array.from({ length: data.length }, (_, i) => read(i));
}

function nestedRows(tensor: Tensor): unknown[] {
  const { shape } = tensor;
  // a tensor without dimensions is one row
  const [rows = 1, ...inner] = shape;
  const read = elementReader(tensor);
  const size = elementCount(inner);
  return Array.from({ length: rows }, (_, row) => nested(read, inner, row * size));
}

function nested(read: (index: number) => unknown, shape: readonly number[], start: number): unknown {
  const [length, ...inner] = shape;
  if (length === undefined) return read(start);
  const step = elementCount(inner);
  return Array.from({ length }, (_, i) => nested(read, inner, start + i * step));
}

function elementReader({ datatype, data }: Tensor): (index: number) => unknown {
  switch (datatype) {
    case 'FP16':
      return (i) => fromFloat16Bits((data as Uint16Array)[i] as number);
    case 'BOOL':
      return (i) => data[i] !== 0;
    case 'INT64':
    case 'UINT64':
      return (i) => exactNumber((data as BigInt64Array)[i] as bigint);
    default:
      return (i) => data[i];
  }
}

/** As a number where that is exact. */
function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
