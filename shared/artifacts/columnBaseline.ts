import { middleOf } from '../models/middleOf.js';
import type { ColumnSpec } from '../models/signature.js';
import { datatypeFacts, type Datatype } from '../tensors/datatypes.js';
import { elementWriter } from '../tensors/elementText.js';
import { setElement } from '../tensors/setElement.js';

/** The value that stands for "nothing known" in a column. */
export interface Baseline {
  /** As tensors of the datatype hold it. */
  readonly element: number | bigint | string;
  readonly json: string;
}

/**
 * The baseline of a column: its default, else the middle of its range, else its first category, else 0, false or the
 * empty text; the first of them that the input takes. A column of arrays has 0 or the empty text in every place.
 */
export function columnBaseline(column: ColumnSpec, datatype: Datatype): Baseline {
  const data = datatypeFacts(datatype).allocate(1);
  for (const candidate of candidatesOf(column)) {
    const value = typeof candidate === 'boolean' && datatype !== 'BOOL' ? Number(candidate) : candidate;
    if (value !== undefined && setElement(datatype, data, 0, value) === undefined) break;
  }
  return { element: data[0] as Baseline['element'], json: elementWriter({ datatype, shape: [1], data })(0) };
}

/** A fresh array holds the last choice already. */
function candidatesOf({ type, default: stated, range, categories }: ColumnSpec) {
  if (type === 'vector') return [];
  if (type === 'logical') return [stated];
  return [stated, range && middleOf(range, type === 'integer'), categories?.[0]];
}
