import type { ErrorLimits, JobFault } from '../job.js';
import { countRows, type Settlement } from '../parts/settle.js';

/**
 * The first limit that the settled rows exceed, as the fault that ends the job. Percent is judged over the whole job
 * alone: at its beginning one bad row would be all of it.
 */
export function exceededLimit(limits: ErrorLimits, settlement: Settlement): JobFault | undefined {
  const { rows, failed } = countRows(settlement);
  const chunksFailed = settlement.chunks.filter(({ parts }) =>
    parts.some(({ chunkFailed }) => chunkFailed),
  ).length;
  if (chunksFailed > limits.chunks) {
    const message = `${chunksFailed} chunks failed, expected at most ${limits.chunks}`;
    return { code: 'JOB_CHUNKS_FAILED', message };
  }
  if (limits.rows !== null && failed > limits.rows) {
    return { code: 'JOB_ERROR_ROWS', message: `${failed} rows failed, expected at most ${limits.rows}` };
  }
  if (limits.percent !== null && settlement.isWhole && failed * 100 > rows * limits.percent) {
    const message = `${failed} of ${rows} rows failed, expected at most ${limits.percent} percent`;
    return { code: 'JOB_ERROR_ROWS', message };
  }
  return undefined;
}
