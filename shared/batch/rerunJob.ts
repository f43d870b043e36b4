import { ScoringError } from '../errors/scoringError.js';
import { mostBodyBytes } from '../settings.js';
import type { BatchContext } from './batchContext.js';
import type { JobEngine } from './engine.js';
import type { JobRecord, PinnedModel } from './job.js';
import { JobPaths } from './jobPaths.js';
import { isTerminal } from './state.js';
import { submitBatch, type SubmitRequest } from './submitBatch.js';

/**
 * Starts an ended job again as a new one, bound to the same model versions. Chunks that succeeded are taken over, as
 * long as inputs and models are the same. Throws SCORE_ERR_JOB_STATE, and as `submitBatch`.
 */
export async function rerunJob(
  context: BatchContext,
  engine: JobEngine,
  job: JobRecord,
  request: Pick<SubmitRequest, 'jobId' | 'owner' | 'reads'>,
): Promise<JobRecord> {
  if (!isTerminal(job.state)) {
    throw new ScoringError(
      'SCORE_ERR_JOB_STATE',
      `the job is ${job.state}: only a job that has ended can run again`,
    );
  }
  const { input } = job.spec;
  const body = input.kind === 'body' ? await bodyOf(context, job, input.sha256) : undefined;
  const services = job.models.map(({ name, version }: PinnedModel) => ({ name, version }));
  return submitBatch(context, engine, {
    ...request,
    origin: 'http',
    spec: { ...job.spec, services },
    rerunOf: job.id,
    ...(body === undefined ? {} : { body }),
  });
}

async function bodyOf({ store }: BatchContext, { id }: JobRecord, sha256: string): Promise<Uint8Array> {
  const found = await store.read(new JobPaths(id).body(sha256), { maxBytes: mostBodyBytes });
  if (!found) throw new ScoringError('SCORE_ERR_JOB_INPUT', 'the records of the job are gone');
  return found.bytes;
}
