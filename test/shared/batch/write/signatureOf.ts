import type { OutputSpec, Signature } from '../../../../shared/models/signature.js';
import type { Datatype, Tensor, TensorData } from '../../../../shared/tensors/datatypes.js';

/** A model with one input [-1] and the given outputs; what is not said of an output is FP32 [-1]. */
export function signatureOf(...outputs: (Partial<OutputSpec> & { readonly name: string })[]): Signature {
  return {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
    outputs: outputs.map((output) => ({ datatype: 'FP32', shape: [-1], column: output.name, ...output })),
    layout: 'tensors',
    columns: [{ name: 'x', type: 'numeric', nullable: true }],
  };
}

/** A tensor; its first dimension follows from the others. */
export function rowsTensor(datatype: Datatype, data: TensorData, ...rowShape: number[]): Tensor {
  const step = rowShape.reduce((product, length) => product * length, 1);
  return { datatype, shape: [data.length / step, ...rowShape], data };
}
