import type { Signature } from './signature.js';

/** The number of rows that a model takes at once, where its graph fixes it; undefined: any number. */
export function fixedBatch({ inputs }: Signature): number | undefined {
  return inputs.map(({ shape }) => shape[0] ?? 1).find((rows) => rows > 0);
}
