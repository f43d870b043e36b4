import type { OutputSpec } from '../../models/signature.js';
import { datatypeFacts, type Datatype, type Tensor, type TensorData } from '../../tensors/datatypes.js';
import { checkLengths } from '../../tensors/fillData.js';
import { toFloat16Bits } from '../../tensors/float16.js';
import { setElement } from '../../tensors/setElement.js';
import { elementCount } from '../../tensors/shape.js';

/**
 * The tensor of an output from the value that a scoring module gives for it, nested as the shape says or flat. Numbers
 * that are not finite stay what they are; `null` is NaN. Throws an Error that names the output, the row and the rule.
 */
export function outputTensor(
  { column, datatype }: Pick<OutputSpec, 'column' | 'datatype'>,
  shape: readonly number[],
  value: unknown,
): Tensor {
  // a tensor without dimensions is its one element
  const lengths = shape.length === 0 ? [1] : shape;
  const values = shape.length === 0 ? [value] : value;
  const misfit = checkLengths(lengths, values);
  if (misfit) {
    const where = misfit.row === undefined ? '' : `, row ${misfit.row}`;
    throw new TypeError(`output '${column}'${where}: ${misfit.problem}`);
  }
  const given = values as readonly unknown[];
  const elements = Array.isArray(given[0]) ? given.flat(lengths.length - 1) : given;
  const data = datatypeFacts(datatype).allocate(elementCount(lengths));
  const rowSize = elementCount(lengths.slice(1));
  for (let i = 0; i < data.length; i++) {
    const problem = setOutputElement(datatype, data, i, elements[i]);
    if (problem) throw new TypeError(`output '${column}', row ${Math.floor(i / rowSize)}: ${problem}`);
  }
  return { datatype, shape, data };
}

function setOutputElement(
  datatype: Datatype,
  data: TensorData,
  index: number,
  value: unknown,
): string | undefined {
  const isFloat = datatypeFacts(datatype).kind === 'float';
  if (!isFloat || typeof value !== 'number' || Number.isFinite(value)) {
    return setElement(datatype, data, index, value);
  }
  (data as Float32Array)[index] = datatype === 'FP16' ? toFloat16Bits(value) : value;
  return undefined;
}
