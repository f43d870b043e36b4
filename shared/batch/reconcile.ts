import type { BatchContext } from './batchContext.js';
import { closeBatch } from './closeBatch.js';
import { endJob } from './endJob.js';
import type { JobEngine } from './engine.js';
import type { JobRecord } from './job.js';
import { updateJob } from './jobStore.js';
import { isTerminal } from './state.js';

/** A job that has written nothing for so long is compared with the engine. */
const stillMs = 120_000;

/** How often a job whose run was lost is started again. */
const mostRestarts = 1;

/**
 * Compares a job that shows no progress with the engine: a run that failed, was terminated or is not known is started
 * once more, and then the job is `Failed` with JOB_ENGINE_LOST. `lastSignMs`: when it was last seen to do something.
 */
export async function reconcileJob(
  context: BatchContext,
  engine: JobEngine,
  job: JobRecord,
  lastSignMs: number,
): Promise<JobRecord> {
  const { store, clock } = context;
  if (isTerminal(job.state) || clock.wallMs() - lastSignMs < stillMs) return job;
  const state = await engine.stateOf(job.id);
  if (state === 'running') return job;
  if (job.restarts < mostRestarts) {
    const { job: restarted, changed } = await updateJob(store, job.id, (now) =>
      isTerminal(now.state) || now.restarts >= mostRestarts
        ? undefined
        : { ...now, restarts: now.restarts + 1, restartedMs: clock.wallMs() },
    );
    if (changed) {
      context.log.warn(`job ${job.id}: its run is ${state} and is started once more`);
      await engine.start(job.id);
    }
    return restarted;
  }
  const fault = {
    code: 'JOB_ENGINE_LOST',
    message: `the run of the job is ${state} in the durable engine`,
  } as const;
  const ended = await endJob(context, job.id, 'Failed', { fault });
  await closeBatch(context, job.id);
  return ended;
}
