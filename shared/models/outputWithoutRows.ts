import { declaredRows } from './declaredRows.js';
import type { OutputSpec, Signature } from './signature.js';

/**
 * The first output that stands for all rows of a call, or may do so as its model declares nothing: what it answers to
 * several rows at once cannot be put together of what it answers to each of them. Undefined where every output has rows.
 */
export function outputWithoutRows(signature: Signature): OutputSpec | undefined {
  return signature.outputs.find((output) => declaredRows(output, signature) !== 'rows');
}
