import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { JobPaths } from '../jobPaths.js';
import { chunkErrors } from '../join/groupBytes.js';
import { isTerminal } from '../state.js';
import { shownChunks, targetOf } from './shownChunks.js';

/**
 * Error rows number `from` on, in the order of the input, as the JSON text of a page:
 * `{"from", "errors": [...], "settledErrors", "isLast"}`.
 */
export async function errorPage(
  context: BatchContext,
  job: JobRecord,
  {
    from,
    count,
    result,
  }: { readonly from: number; readonly count: number; readonly result: string | undefined },
): Promise<string> {
  const shown = await shownChunks(context, job, Infinity);
  const lines: string[] = [];
  let passed = 0;
  if (shown) {
    const target = targetOf(shown.plan, result);
    for (const chunk of shown.settlement.chunks) {
      const failed = chunk.parts[target]?.failed ?? 0;
      if (failed > 0 && passed + failed > from && passed < from + count) {
        const bytes = await chunkErrors(context.store, new JobPaths(job.id), shown.plan, chunk, target);
        const own = new TextDecoder().decode(bytes).split('\n').slice(0, failed);
        lines.push(...own.slice(Math.max(0, from - passed), from + count - passed));
      }
      passed += failed;
    }
  }
  const isLast = isTerminal(job.state) && from + count >= passed;
  return `{"from":${from},"errors":[${lines.join(',')}],"settledErrors":${passed},"isLast":${String(isLast)}}`;
}
