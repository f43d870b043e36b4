import type { OutputSpec, Signature } from '../../models/signature.js';
import type { Tensor } from '../../tensors/datatypes.js';
import { elementWriter, nestedText } from '../../tensors/elementText.js';
import { elementCount } from '../../tensors/shape.js';

/** One column of an answer; `cell` writes the JSON text of a row. */
export interface OutputColumn {
  readonly name: string;
  readonly cell: (row: number) => string;
  /** The output has no row dimension: its one value stands for the whole request. */
  readonly whole?: true;
}

/**
 * The columns that a model's outputs make: one per output, or one per label (`<output>.<label>`) where the last
 * dimension is labelled. A row of a wider output is written as nested arrays.
 */
export function encodeColumns(
  outputs: Readonly<Record<string, Tensor>>,
  rowCount: number,
  signature: Signature,
): OutputColumn[] {
  return signature.outputs.flatMap((spec) => {
    const tensor = outputs[spec.name];
    return tensor ? columnsOf(spec, tensor, hasRows(spec, tensor, rowCount, signature)) : [];
  });
}

/** Whether the first dimension is the batch: by its declaration, so that the form of an answer depends on no count. */
function hasRows({ shape }: OutputSpec, tensor: Tensor, rowCount: number, { inputs }: Signature): boolean {
  if (tensor.shape[0] !== rowCount) return false;
  const declared = shape[0];
  return declared === undefined || declared === -1 || declared === inputs[0]?.shape[0];
}

function columnsOf(spec: OutputSpec, tensor: Tensor, isPerRow: boolean): OutputColumn[] {
  const write = elementWriter(tensor);
  const { shape } = tensor;
  if (!isPerRow) {
    return [{ name: spec.column, whole: true, cell: () => nestedText(write, shape, 0) }];
  }
  const rowShape = shape.slice(1);
  const rowSize = elementCount(rowShape);
  if (spec.labels && rowShape.length === 1 && spec.labels.length === rowSize) {
    return spec.labels.map((label, i) => ({
      name: `${spec.column}.${label}`,
      cell: (row) => write(row * rowSize + i),
    }));
  }
  if (rowSize === 1) return [{ name: spec.column, cell: write }];
  return [{ name: spec.column, cell: (row) => nestedText(write, rowShape, row * rowSize) }];
}
