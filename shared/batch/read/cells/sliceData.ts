import type { TensorData } from '../../../tensors/datatypes.js';

/** Elements [from, to): a view of numbers, a copy of texts. */
export function sliceData(data: TensorData, from: number, to: number): TensorData {
  return Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
}
