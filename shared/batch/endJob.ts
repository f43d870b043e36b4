import type { BatchContext } from './batchContext.js';
import type { JobFault, JobRecord } from './job.js';
import { writeIndex } from './jobIndex.js';
import { moveJob } from './state.js';

/**
 * Moves a job to a terminal state and says so in the index and the log. Gives the record as it is then: of several that
 * end a job the first one counts. Throws as `updateJob`.
 */
export async function endJob(
  context: BatchContext,
  jobId: string,
  state: 'Complete' | 'Failed' | 'Canceled',
  facts: { readonly fault?: JobFault; readonly frozen: NonNullable<JobRecord['frozen']> },
): Promise<JobRecord> {
  const { store, clock, log } = context;
  const change = {
    state,
    atMs: clock.wallMs(),
    ...facts,
    ...(state === 'Complete' ? { stage: 'finished' as const } : {}),
  };
  const { job, changed } = await moveJob(store, jobId, change);
  // also where another call moved it: that one may have died before it came to the index
  await writeIndex(store, job);
  if (changed) log.info(`job ${jobId}: ${state}${facts.fault === undefined ? '' : ` (${facts.fault.code})`}`);
  return job;
}
