import { toErrorMessage, type ErrorMessage } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import { probeModel } from './probe.js';

// Entry point of the child process in which an unknown model is opened and run for the first time: a file can crash
// ONNX Runtime or never return, and neither can be stopped within the process that serves.

/** What the check process answers. */
export type CheckVerdict =
  { readonly passed: true } | { readonly passed: false; readonly error: ErrorMessage };

process.once('message', (plan: SessionPlan) => {
  void probeModel(plan).then(
    () => {
      answer({ passed: true });
    },
    (error: unknown) => {
      answer({ passed: false, error: toErrorMessage(error) });
    },
  );
});

function answer(verdict: CheckVerdict): void {
  // the parent ends this process: leaving by itself would run native destructors of a hostile model
  process.send?.(verdict);
}
