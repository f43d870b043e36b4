import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { toErrorMessage, type ErrorMessage } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';

// Entry point of the child process in which an unknown model is opened and run for the first time: a file can crash
// ONNX Runtime or never return, and neither can be stopped within the process that serves. A second thread of the child
// is its watchdog, for when the parent is gone and the first one is inside a run that never returns.

export interface CheckRequest {
  readonly plan: SessionPlan;
  readonly killAfterMs: number;
}

/** What the check process answers. */
export type CheckVerdict =
  { readonly passed: true } | { readonly passed: false; readonly error: ErrorMessage };

if (isMainThread) {
  process.once('message', ({ plan, killAfterMs }: CheckRequest) => {
    new Worker(__filename, { workerData: killAfterMs });
    void check(plan).then((verdict) => {
      // the parent ends this process: leaving by itself would run native destructors of a hostile model
      process.send?.(verdict);
    });
  });
} else {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), workerData as number);
}

async function check(plan: SessionPlan): Promise<CheckVerdict> {
  try {
    // not above: the watchdog has no use for ONNX Runtime
    const { probeModel } = await import('./probe.js');
    await probeModel(plan);
    return { passed: true };
  } catch (error) {
    return { passed: false, error: toErrorMessage(error) };
  }
}
