import type { Tensor } from '../tensors/datatypes.js';
import { fromFloat16Bits } from '../tensors/float16.js';

/** The elements of a tensor as numbers; texts are NaN. */
export function numberReader({ datatype, data }: Tensor): (index: number) => number {
  if (datatype === 'FP16') return (i) => fromFloat16Bits((data as Uint16Array)[i] as number);
  if (datatype === 'BYTES') return () => NaN;
  return (i) => Number(data[i]);
}
