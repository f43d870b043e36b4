import { ScoringError } from '../../errors/scoringError.js';
import { isSingleValue } from '../../models/singleValues.js';
import type { NamedTensors } from '../../protocols/codec.js';
import type { Tensor } from '../../tensors/datatypes.js';
import { elementCount } from '../../tensors/shape.js';
import type { OutputCell } from './outputCells.js';

/** Where the values of a column lie in the tensor of a run: row r has `count` of them from r x `step` + `offset` on. */
export interface BlockCell {
  readonly tensor: Tensor;
  readonly offset: number;
  /** 0 where one value stands for all rows. */
  readonly step: number;
  /** The value is all of the output, not that of a row. */
  readonly whole?: true;
  readonly count: number;
  /** Lengths of the nested arrays of a row; none for a single value. */
  readonly shape: readonly number[];
}

/**
 * The values of a column in the outputs of a run of `rows` rows. Throws SCORE_ERR_RUN_FAILED where the output has not the
 * values per row that the column stands for.
 */
export function blockCell(
  { output, form, offset, width }: OutputCell,
  outputs: NamedTensors,
  rows: number,
): BlockCell {
  const { name } = output;
  const tensor = outputs[name];
  if (!tensor) throw new ScoringError('SCORE_ERR_RUN_FAILED', `output '${name}': expected values, got none`);
  const { shape } = tensor;
  if (form === 'whole' || (form === 'either' && shape[0] !== rows)) {
    return { tensor, offset: 0, step: 0, count: elementCount(shape), shape, whole: true };
  }
  if (shape[0] !== rows) {
    const got = shape.length === 0 ? 'a single value' : `${shape[0]}`;
    throw new ScoringError('SCORE_ERR_RUN_FAILED', `output '${name}': expected ${rows} rows, got ${got}`);
  }
  const rowShape = shape.slice(1);
  const step = elementCount(rowShape);
  if (form !== 'element') {
    return { tensor, offset: 0, step, count: step, shape: isSingleValue(output, step) ? [] : rowShape };
  }
  if (step !== width) {
    throw new ScoringError(
      'SCORE_ERR_RUN_FAILED',
      `output '${name}': expected ${width} values per row, got ${step}`,
    );
  }
  return { tensor, offset, step, count: 1, shape: [] };
}
