import type { OutputSpec, Signature } from './signature.js';

/**
 * Whether the first dimension of an output is the batch, by its declaration: `rows`, `whole` for an output that stands
 * for all rows of a call, `unknown` where nothing is declared.
 */
export function declaredRows(
  { shape }: Pick<OutputSpec, 'shape'>,
  { inputs }: Pick<Signature, 'inputs'>,
): 'rows' | 'whole' | 'unknown' {
  const [first] = shape;
  if (first === undefined) return 'unknown';
  return first === -1 || first === inputs[0]?.shape[0] ? 'rows' : 'whole';
}
