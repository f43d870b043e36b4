import type { BlobStore } from '../storage/blobStore.js';
import type { JobFault, JobRecord, JobState } from './job.js';
import { updateJob } from './jobStore.js';

/** Which states follow which; a terminal state is for ever. */
const transitions: Readonly<Record<JobState, readonly JobState[]>> = {
  Pending: ['InProgress', 'Complete', 'Failed', 'Canceled'],
  InProgress: ['Complete', 'Failed', 'Canceled'],
  Complete: [],
  Failed: [],
  Canceled: [],
};

/** Whether nothing follows the state. */
export function isTerminal(state: JobState): boolean {
  return transitions[state].length === 0;
}

/** What comes with a new state. */
export interface StateChange {
  readonly state: JobState;
  readonly atMs: number;
  readonly fault?: JobFault;
  readonly frozen?: JobRecord['frozen'];
  /** Stages that have ended since the last change. */
  readonly stages?: JobRecord['stages'];
}

/**
 * Moves a job to a state, when that follows its present one. Gives the record as it is then, and whether this call moved
 * it: of several callers one is told so. The only writer of `state`. Throws as `updateJob`.
 */
export function moveJob(
  store: BlobStore,
  jobId: string,
  { state, atMs, fault, frozen, stages }: StateChange,
): Promise<{ readonly job: JobRecord; readonly changed: boolean }> {
  return updateJob(store, jobId, (job) => {
    if (!transitions[job.state].includes(state)) return undefined;
    return {
      ...job,
      state,
      history: [...job.history, { state, atMs }],
      ...(fault === undefined ? {} : { fault }),
      ...(frozen === undefined ? {} : { frozen }),
      ...(stages === undefined ? {} : { stages: { ...job.stages, ...stages } }),
    };
  });
}
