import type { OutputSpec } from './signature.js';

/** The columns that a labelled output makes on the column protocols; undefined for one without labels. */
export function labelledNames({
  column,
  labels,
}: Pick<OutputSpec, 'column' | 'labels'>): string[] | undefined {
  return labels?.map((label) => `${column}.${label}`);
}
