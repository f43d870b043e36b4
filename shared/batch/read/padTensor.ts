import { datatypeFacts, type Tensor } from '../../tensors/datatypes.js';

/** The tensor with its last row repeated up to `rows` rows; a copy, unless it has them already. It has one row at least. */
export function padTensor(tensor: Tensor, rows: number): Tensor {
  const { datatype, shape, data } = tensor;
  const came = shape[0];
  if (came === undefined || came >= rows) return tensor;
  const rowSize = data.length / came;
  const padded = datatypeFacts(datatype).allocate(rows * rowSize);
  const last = data.length - rowSize;
  for (let i = 0; i < padded.length; i++) {
    // both hold the elements of one datatype
    (padded as string[])[i] = (data as string[])[i < data.length ? i : last + (i % rowSize)] as string;
  }
  return { datatype, shape: [rows, ...shape.slice(1)], data: padded };
}
