import type { SessionPlan } from '../models/modelPlan.js';
import type { WorkerThread } from './workerThread.js';

/**
 * A thread is given further calls while it works, as long as it is expected to be through with them within this time:
 * small models are not held up by the way between threads, large ones never wait behind a busy thread.
 */
const pipelineMs = 0.5;

/** Threads with less work than this are taken in order, so that small calls keep few threads awake. */
const lightWorkMs = 0.1;

/** What a chunk counts for a call: more than anything that may be ahead of it on a thread that would take it, too. */
const chunkStrainMs = 10;

/** The thread that should take a call of the given expected time, undefined when it has to wait. */
export function chooseThread(
  threads: readonly WorkerThread[],
  key: string,
  estimateMs: number,
): WorkerThread | undefined {
  let chosen: WorkerThread | undefined;
  for (const thread of threads) {
    if (!thread.has(key) || thread.isLoading) continue;
    if (!thread.isIdle && thread.backlogMs + estimateMs > pipelineMs) continue;
    if (!chosen || strain(thread) < strain(chosen)) chosen = thread;
  }
  return chosen;
}

/** The thread on which a session is best opened. */
export function leastBusy(threads: readonly WorkerThread[]): WorkerThread {
  return threads.reduce((best, one) => (openingCost(one) < openingCost(best) ? one : best));
}

/** The thread that should take a chunk; undefined when all have one. Sessions that are not open count most. */
export function chooseChunkThread(
  threads: readonly WorkerThread[],
  plans: readonly SessionPlan[],
): WorkerThread | undefined {
  let chosen: WorkerThread | undefined;
  let least = Infinity;
  for (const thread of threads) {
    if (thread.hasChunk || !thread.isUsable) continue;
    const missing = plans.filter(({ key }) => !thread.has(key)).length;
    const cost = missing * 1e7 + openingCost(thread);
    if (cost < least) [chosen, least] = [thread, cost];
  }
  return chosen;
}

const strain = ({ backlogMs, hasChunk }: WorkerThread) =>
  (backlogMs < lightWorkMs ? 0 : backlogMs) + (hasChunk ? chunkStrainMs : 0);

function openingCost(thread: WorkerThread): number {
  if (!thread.isUsable) return Infinity;
  if (thread.isIdle) return thread.hasChunk ? 0.5 : 0;
  return (thread.isLoading ? 1e6 : 1) + Math.min(thread.backlogMs, 1e5);
}
