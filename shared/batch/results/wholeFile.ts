import { ScoringError } from '../../errors/scoringError.js';
import type { HttpAnswer } from '../../http/httpCall.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { JobPaths } from '../jobPaths.js';
import { resultFiles, type ResultFile } from '../join/resultFiles.js';
import { readPlan } from '../plan/planStore.js';
import { targetOf } from './shownChunks.js';

/** A signed link lives so long: enough to begin a download, too short to be passed on. */
const linkLifetimeMs = 15 * 60_000;

/** Most bytes that leave through the app at once (design, section 6). */
const mostRangeBytes = 16 * 2 ** 20;

/**
 * The whole result or error file of a complete job: a redirect to a short-lived link of storage, or, where no links
 * leave the account, the bytes, in ranges of at most 16 MiB. Throws SCORE_ERR_JOB_STATE before the job is
 * complete, and SCORE_ERR_RESULT_RANGE for a large file without a range.
 */
export async function wholeFile(
  context: BatchContext,
  job: JobRecord,
  kind: ResultFile['kind'],
  result: string | undefined,
  range: string | undefined,
): Promise<HttpAnswer> {
  if (job.state !== 'Complete') {
    const message = `the job is ${job.state}; ask with from and count for the rows that are settled`;
    throw new ScoringError('SCORE_ERR_JOB_STATE', message);
  }
  const { store, settings } = context;
  const plan = await readPlan(store, job);
  const target = plan ? targetOf(plan, result) : 0;
  const file = plan && resultFiles(plan).find((one) => one.kind === kind && one.target === target);
  if (!file) throw new ScoringError('SCORE_ERR_INTERNAL', 'the plan of a complete job is gone');
  const blob = new JobPaths(job.id).result(file.fileName);
  if (settings.resultLinks) {
    const options = { permission: 'read', lifetimeMs: linkLifetimeMs, fileName: file.fileName } as const;
    const location = await store.link(blob, options);
    if (location !== undefined) return { status: 307, headers: { location, 'cache-control': 'no-store' } };
  }
  const facts = await store.find(blob);
  if (!facts) throw new ScoringError('SCORE_ERR_INTERNAL', 'the file of a complete job is gone');
  const { sizeBytes, contentType = 'application/octet-stream', etag } = facts;
  const wanted = rangeOf(range, sizeBytes);
  if (!wanted && sizeBytes > mostRangeBytes) {
    const message = `the file has ${sizeBytes} bytes; ask with a Range header for at most ${mostRangeBytes} at once`;
    throw new ScoringError('SCORE_ERR_RESULT_RANGE', message);
  }
  const { from, to } = wanted ?? { from: 0, to: sizeBytes };
  const body = await store.readRange(blob, from, to, { ifMatch: etag });
  const headers = { 'content-type': contentType, etag, 'accept-ranges': 'bytes' };
  if (!wanted) return { status: 200, headers, body };
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${to - 1}/${sizeBytes}` },
    body,
  };
}

/** A single range (RFC 9110, 14.2), cut to what may leave at once; others are answered as if there were none. */
function rangeOf(header: string | undefined, sizeBytes: number): { from: number; to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  return from < to ? { from, to: Math.min(to, from + mostRangeBytes) } : undefined;
}
