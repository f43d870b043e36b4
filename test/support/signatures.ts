import type {
  ColumnSpec,
  ColumnType,
  OutputSpec,
  Signature,
  TensorSpec,
} from '../../shared/models/signature.js';
import type { Datatype } from '../../shared/tensors/datatypes.js';

/** A column with the facts that a test is about. */
export function column(
  name: string,
  type: ColumnType = 'numeric',
  facts: Partial<ColumnSpec> = {},
): ColumnSpec {
  return { name, type, nullable: false, ...facts };
}

export function tensorSpec(name: string, datatype: Datatype, ...shape: number[]): TensorSpec {
  return { name, datatype, shape };
}

export function output(spec: TensorSpec, facts: Partial<OutputSpec> = {}): OutputSpec {
  return { ...spec, column: spec.name, ...facts };
}

const anyOutput = output(tensorSpec('y', 'FP32', -1));

/** A signature whose columns are the features of the one input `x`. */
export function featuresOf(datatype: Datatype, ...columns: ColumnSpec[]): Signature {
  const inputs = [tensorSpec('x', datatype, -1, columns.length)];
  return { inputs, outputs: [anyOutput], layout: 'features', columns };
}

/** A signature with one tensor per column. */
export function tensorsOf(
  inputs: readonly TensorSpec[],
  columns: readonly ColumnSpec[] = inputs.map((input) => column(input.name)),
  outputs: readonly OutputSpec[] = [anyOutput],
): Signature {
  return { inputs, outputs, layout: 'tensors', columns };
}
