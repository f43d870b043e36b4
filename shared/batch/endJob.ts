import type { BatchContext } from './batchContext.js';
import type { JobFault, JobRecord } from './job.js';
import { freezeJob } from './freezeJob.js';
import { writeIndex } from './jobIndex.js';
import { moveJob } from './state.js';

/**
 * Moves a job to a terminal state, freezes what it shows, and says so in the index and the log. Gives the record as it is
 * then: of several that end a job the first one counts. `frozen`: where that is known already. Throws as `updateJob`.
 */
export async function endJob(
  context: BatchContext,
  jobId: string,
  state: 'Complete' | 'Failed' | 'Canceled',
  facts: {
    readonly fault?: JobFault;
    readonly frozen?: NonNullable<JobRecord['frozen']>;
    readonly stages?: JobRecord['stages'];
  },
): Promise<JobRecord> {
  const { store, clock, log } = context;
  const atMs = clock.wallMs();
  const finished = state === 'Complete' ? { stages: { ...facts.stages, finished: atMs } } : {};
  const change = { state, atMs, ...facts, ...finished };
  const { job: ended, changed } = await moveJob(store, jobId, change);
  const job = await freezeJob(context, ended);
  // also where another call moved it: that one may have died before it came to the index
  await writeIndex(store, job);
  if (changed) log.info(`job ${jobId}: ${state}${facts.fault === undefined ? '' : ` (${facts.fault.code})`}`);
  return job;
}
