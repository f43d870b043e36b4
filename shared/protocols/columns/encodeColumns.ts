import { declaredRows } from '../../models/declaredRows.js';
import { labelledNames } from '../../models/labelledNames.js';
import type { OutputSpec, Signature } from '../../models/signature.js';
import { isSingleValue } from '../../models/singleValues.js';
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
function hasRows(spec: OutputSpec, tensor: Tensor, rowCount: number, signature: Signature): boolean {
  return tensor.shape[0] === rowCount && declaredRows(spec, signature) !== 'whole';
}

function columnsOf(spec: OutputSpec, tensor: Tensor, isPerRow: boolean): OutputColumn[] {
  const write = elementWriter(tensor);
  const { shape } = tensor;
  if (!isPerRow) {
    return [{ name: spec.column, whole: true, cell: () => nestedText(write, shape, 0) }];
  }
  const rowShape = shape.slice(1);
  const rowSize = elementCount(rowShape);
  const labelled = labelledNames(spec);
  if (labelled?.length === rowSize && rowShape.length === 1) {
    return labelled.map((name, i) => ({ name, cell: (row) => write(row * rowSize + i) }));
  }
  if (isSingleValue(spec, rowSize)) return [{ name: spec.column, cell: write }];
  return [{ name: spec.column, cell: (row) => nestedText(write, rowShape, row * rowSize) }];
}
