import { elementWriter, nestedText } from '../../tensors/elementText.js';
import { fromFloat16Bits } from '../../tensors/float16.js';
import type { ResultColumn } from '../plan/plan.js';
import type { BlockCell } from './blockShape.js';

/** The value of the cell of one row of a block. */
export type CellValue = (row: number) => unknown;

/**
 * The cells of one column of a block as values: numbers, bigint for every whole number, booleans, texts; in `json` columns
 * JSON text, in `text` columns what is no text in its digits.
 */
export function tensorValues(cell: BlockCell, kind: ResultColumn['kind']): CellValue {
  const { tensor, shape, offset, step } = cell;
  const { datatype, data } = tensor;
  if (kind === 'json' || shape.length > 0) {
    const write = elementWriter(tensor);
    return (row) => nestedText(write, shape, row * step + offset);
  }
  switch (datatype) {
    case 'FP16':
      return (row) => fromFloat16Bits((data as Uint16Array)[row * step + offset] as number);
    case 'BOOL':
      return (row) => data[row * step + offset] !== 0;
    case 'FP32':
    case 'FP64':
    case 'BYTES':
      return (row) => data[row * step + offset];
    default:
      if (kind === 'text') return (row) => String(data[row * step + offset]);
      return (row) => BigInt(data[row * step + offset] as number | bigint);
  }
}
