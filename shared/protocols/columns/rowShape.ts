import type { TensorSpec } from '../../models/signature.js';

/** The lengths of one row of an input, without the batch; symbolic ones are taken from a value of it. */
export function rowShape(input: TensorSpec, value: unknown): number[] {
  const lengths: number[] = [];
  let inner = value;
  for (const declared of input.shape.slice(1)) {
    const came = Array.isArray(inner) ? inner.length : 1;
    lengths.push(declared === -1 ? came : declared);
    if (Array.isArray(inner)) inner = inner[0];
  }
  return lengths;
}
