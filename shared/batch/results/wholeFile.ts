import { ScoringError } from '../../errors/scoringError.js';
import type { HttpAnswer } from '../../http/httpCall.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { JobPaths } from '../jobPaths.js';
import { resultFiles, type ResultFile } from '../join/resultFiles.js';
import { readPlan } from '../plan/planStore.js';
import { blobAnswer } from './blobAnswer.js';
import { targetOf } from './shownChunks.js';

/**
 * The whole result or error file of a complete job, as `blobAnswer` answers it. Throws SCORE_ERR_JOB_STATE before the job
 * is complete, and SCORE_ERR_RESULT_RANGE for a large file without a range.
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
  const plan = await readPlan(context.store, job);
  const target = plan ? targetOf(plan, result) : 0;
  const file = plan && resultFiles(plan).find((one) => one.kind === kind && one.target === target);
  if (!file) throw new ScoringError('SCORE_ERR_INTERNAL', 'the plan of a complete job is gone');
  const { fileName } = file;
  const blob = new JobPaths(job.id).result(fileName);
  const answer = await blobAnswer(context, { blob, fileName, range });
  if (!answer) throw new ScoringError('SCORE_ERR_INTERNAL', 'the file of a complete job is gone');
  return answer;
}
