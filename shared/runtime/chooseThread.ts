import type { WorkerThread } from './workerThread.js';

/**
 * A thread is given further calls while it works, as long as it is expected to be through with them within this time:
 * small models are not held up by the way between threads, large ones never wait behind a busy thread.
 */
const pipelineMs = 0.5;

/** Threads with less work than this are taken in order, so that small calls keep few threads awake. */
const lightWorkMs = 0.1;

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

const strain = ({ backlogMs }: WorkerThread) => (backlogMs < lightWorkMs ? 0 : backlogMs);

function openingCost(thread: WorkerThread): number {
  if (!thread.isUsable) return Infinity;
  if (thread.isIdle) return 0;
  return (thread.isLoading ? 1e6 : 1) + Math.min(thread.backlogMs, 1e5);
}
