import { ScoringError } from '../../errors/scoringError.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { JobPaths } from '../jobPaths.js';
import { chunkErrors, readPart } from '../join/groupBytes.js';
import type { PartFacts } from '../parts/partFacts.js';
import type { SettledChunk } from '../parts/settle.js';
import type { BatchPlan, PlanTarget } from '../plan/plan.js';
import { isTerminal } from '../state.js';
import { errorsOfRows } from './errorsOfRows.js';
import { readPartRows } from './readPart.js';
import { shownChunks, targetOf } from './shownChunks.js';

/** Rows of one page. */
export const mostPageRows = 10_000;

/**
 * Rows [from, from + count) of the input that are settled, as the JSON text of a page:
 * `{"from", "rows": [{"row", "outputs"} or {"row", "error"}], "settledRows", "isLast"}`.
 *
 * A visible row never changes. Throws SCORE_ERR_JOB_OPTION for a result that the job does not have.
 */
export async function resultPage(
  context: BatchContext,
  job: JobRecord,
  page: { readonly from: number; readonly count: number; readonly result: string | undefined },
): Promise<string> {
  const { from, count } = page;
  const shown = await shownChunks(context, job, from + count);
  const settledRows = shown?.settlement.rows ?? 0;
  const rows: string[] = [];
  if (shown) {
    const target = targetOf(shown.plan, page.result);
    for (const chunk of shown.settlement.chunks) {
      const part = chunk.parts[target] as PartFacts;
      const rowCount = part.succeeded + part.failed;
      const first = Math.max(0, from - chunk.firstRow);
      const last = Math.min(rowCount, from + count - chunk.firstRow);
      if (first < last)
        rows.push(...(await chunkRows(context, job.id, shown.plan, chunk, target, first, last)));
    }
  }
  const isLast = isTerminal(job.state) && from + count >= settledRows;
  return `{"from":${from},"rows":[${rows.join(',')}],"settledRows":${settledRows},"isLast":${String(isLast)}}`;
}

/**
 * One row as a page shows it. Throws SCORE_ERR_ROW_PENDING for one behind the settled prefix of a running job and
 * SCORE_ERR_ROW_NOT_FOUND for one that will never be.
 */
export async function resultRow(
  context: BatchContext,
  job: JobRecord,
  row: number,
  result: string | undefined,
): Promise<string> {
  const page = await resultPage(context, job, { from: row, count: 1, result });
  const [found] = (JSON.parse(page) as { rows: unknown[] }).rows;
  if (found !== undefined) return JSON.stringify(found);
  if (isTerminal(job.state)) throw new ScoringError('SCORE_ERR_ROW_NOT_FOUND', `the job has no row ${row}`);
  throw new ScoringError('SCORE_ERR_ROW_PENDING', `row ${row} is not ready yet`);
}

/** Rows [first, last) of a chunk: those with errors at their places, the results in order between them. */
async function chunkRows(
  { store }: BatchContext,
  jobId: string,
  plan: BatchPlan,
  chunk: SettledChunk,
  target: number,
  first: number,
  last: number,
): Promise<string[]> {
  const paths = new JobPaths(jobId);
  const lines = await chunkErrors(store, paths, plan, chunk, target);
  const { before, errors } = await errorsOfRows(lines, chunk.firstRow + first, chunk.firstRow + last);
  const { columns } = plan.targets[target] as PlanTarget;
  const part = await readPart(store, paths, chunk, target);
  const results = await readPartRows(
    part,
    plan.output.format,
    columns,
    first - before,
    last - before - errors.size,
  );
  const rows: string[] = [];
  let next = 0;
  for (let at = first; at < last; at++) {
    const error = errors.get(chunk.firstRow + at);
    const said = error === undefined ? `"outputs":${results[next++] ?? 'null'}` : `"error":${error}`;
    rows.push(`{"row":${chunk.firstRow + at},${said}}`);
  }
  return rows;
}
