import { ScoringError } from '../../errors/scoringError.js';
import { fixedBatch } from '../../models/fixedBatch.js';
import type { Signature } from '../../models/signature.js';

/** Runs of one item. */
const mostRuns = 1000;

/** Undefined where one run takes all rows, as they are. Throws SCORE_ERR_INPUT_SHAPE for rows that need too many runs. */
export function rowsPerRun(rowCount: number, signature: Signature): number | undefined {
  const batch = fixedBatch(signature);
  if (batch === undefined || batch === rowCount) return undefined;
  // an input without dimensions takes no rows
  if (signature.inputs.some(({ shape }) => shape.length === 0)) return undefined;
  if (rowCount <= batch * mostRuns) return batch;
  const message = `files are made of at most ${batch * mostRuns} rows, since the model takes exactly ${batch} at once; got ${rowCount}`;
  throw new ScoringError('SCORE_ERR_INPUT_SHAPE', message);
}

const freeOf = new WeakMap<Signature, Signature>();

/** The signature without a fixed number of rows; made once. */
export function withFreeRows(signature: Signature): Signature {
  let free = freeOf.get(signature);
  if (!free) {
    const inputs = signature.inputs.map((input) => ({ ...input, shape: [-1, ...input.shape.slice(1)] }));
    free = { ...signature, inputs };
    freeOf.set(signature, free);
  }
  return free;
}
