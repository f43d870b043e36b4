import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { toErrorMessage, type ErrorMessage } from '../errors/scoringError.js';
import type { ModelFolder } from '../models/modelFolder.js';
import type { ModelPlan, SessionPlan } from '../models/modelPlan.js';

// Entry point of the child process in which an unknown model is opened and run for the first time: a file can crash
// ONNX Runtime or never return, and neither can be stopped within the process that serves. A second thread of the child
// is its watchdog, for when the parent is gone and the first one is inside a run that never returns.

/** What is checked: a model that was read before, or a folder that is read in the check process, too. */
export type CheckSubject = { readonly plan: SessionPlan } | { readonly folder: ModelFolder };

export interface CheckRequest {
  readonly subject: CheckSubject;
  readonly killAfterMs: number;
}

/** What the check process answers; the plan where it has read the folder. */
export type CheckVerdict =
  | { readonly passed: true; readonly plan?: ModelPlan }
  | { readonly passed: false; readonly error: ErrorMessage };

if (isMainThread) {
  process.once('message', ({ subject, killAfterMs }: CheckRequest) => {
    new Worker(__filename, { workerData: killAfterMs });
    void check(subject).then((verdict) => {
      // the parent ends this process: leaving by itself would run native destructors of a hostile model
      process.send?.(verdict);
    });
  });
} else {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), workerData as number);
}

async function check(subject: CheckSubject): Promise<CheckVerdict> {
  try {
    // not above: the watchdog has no use for them
    if ('folder' in subject) {
      const { inspectModel } = await import('../models/inspectModel.js');
      const { probeModel } = await import('./probe.js');
      const plan = await inspectModel(subject.folder);
      await probeModel(plan);
      return { passed: true, plan };
    }
    const { probeModel } = await import('./probe.js');
    await probeModel(subject.plan);
    return { passed: true };
  } catch (error) {
    return { passed: false, error: toErrorMessage(error) };
  }
}
