import type { JobRecord } from '../job.js';
import { countRows, type Settlement } from './settle.js';

/** What a terminal state shows for ever: the settled chunks; none where there was no plan yet. */
export function frozenAt(settlement: Settlement | undefined): NonNullable<JobRecord['frozen']> {
  if (!settlement) return { chunks: 0, counts: { rows: 0, succeeded: 0, failed: 0 } };
  return { chunks: settlement.chunks.length, counts: countRows(settlement) };
}
