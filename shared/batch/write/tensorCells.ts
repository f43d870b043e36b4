import { elementWriter, nestedText } from '../../tensors/elementText.js';
import { fromFloat16Bits } from '../../tensors/float16.js';
import type { BlockCell } from './blockShape.js';
import type { ByteSink } from './byteSink.js';
import { jsonElements, type ElementStyle } from './elementStyle.js';
import { writeFloat32, writeFloat64, writeInteger } from './writeNumber.js';

/** Appends the cell of one row of a block. */
export type CellWriter = (sink: ByteSink, row: number) => void;

/** A writer for the cells of one column of a block. */
export function tensorCells(cell: BlockCell, style: ElementStyle): CellWriter {
  if (cell.shape.length > 0) return arrayCells(cell, style);
  const { tensor, offset, step } = cell;
  const { datatype, data } = tensor;
  const { notFinite, text } = style;
  switch (datatype) {
    case 'FP32': {
      const values = data as Float32Array;
      return (sink, row) => {
        const value = values[row * step + offset] as number;
        // NaN and infinities are the only numbers that are not 0 when taken from themselves
        if (value - value === 0) writeFloat32(sink, value);
        else notFinite(sink, value);
      };
    }
    case 'FP64': {
      const values = data as Float64Array;
      return (sink, row) => {
        const value = values[row * step + offset] as number;
        if (value - value === 0) writeFloat64(sink, value);
        else notFinite(sink, value);
      };
    }
    case 'FP16': {
      const write = elementWriter(tensor);
      return (sink, row) => {
        const index = row * step + offset;
        const value = fromFloat16Bits((data as Uint16Array)[index] as number);
        if (value - value === 0) sink.text(write(index));
        else notFinite(sink, value);
      };
    }
    case 'BYTES': {
      const values = data as string[];
      return (sink, row) => {
        text(sink, values[row * step + offset] as string);
      };
    }
    case 'BOOL': {
      const values = data as Uint8Array;
      return (sink, row) => {
        sink.text(values[row * step + offset] === 0 ? 'false' : 'true');
      };
    }
    default: {
      const values = data as Int32Array | BigInt64Array;
      return (sink, row) => {
        writeInteger(sink, values[row * step + offset] as number | bigint);
      };
    }
  }
}

function arrayCells(cell: BlockCell, style: ElementStyle): CellWriter {
  const { tensor, shape, step } = cell;
  const { quotesArrays } = style;
  if (tensor.datatype === 'BYTES' && quotesArrays) {
    const write = elementWriter(tensor);
    return (sink, row) => {
      sink.text(`"${nestedText(write, shape, row * step).replaceAll('"', '""')}"`);
    };
  }
  const write = tensorCells({ ...cell, shape: [], offset: 0, step: 1 }, jsonElements);
  return (sink, row) => {
    if (quotesArrays) sink.byte(quote);
    writeNested(sink, write, shape, row * step, 0);
    if (quotesArrays) sink.byte(quote);
  };
}

const quote = 0x22;

/** Appends nested arrays of the dimensions from `axis` on; gives the element behind them. */
function writeNested(
  sink: ByteSink,
  write: CellWriter,
  shape: readonly number[],
  start: number,
  axis: number,
): number {
  if (axis === shape.length) {
    write(sink, start);
    return start + 1;
  }
  let next = start;
  sink.byte(0x5b);
  for (let i = 0; i < (shape[axis] as number); i++) {
    if (i > 0) sink.byte(0x2c);
    next = writeNested(sink, write, shape, next, axis + 1);
  }
  sink.byte(0x5d);
  return next;
}
