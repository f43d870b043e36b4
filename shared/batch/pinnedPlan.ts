import type { ModelPlan } from '../models/modelPlan.js';
import type { BatchContext } from './batchContext.js';
import type { PinnedModel } from './job.js';
import { JobFailure } from './jobFailure.js';
import { asModelFault } from './jobFaults.js';

/** The plan of a pinned model. Throws JobFailures JOB_MODEL and JOB_MODEL_CHANGED; retryable errors as they are. */
export async function pinnedPlan({ catalog }: BatchContext, pinned: PinnedModel): Promise<ModelPlan> {
  let plan: ModelPlan;
  try {
    plan = await catalog.planToRun(pinned.name, pinned.version);
  } catch (error) {
    throw asModelFault(error);
  }
  if (plan.sha256 !== pinned.sha256) {
    const message = `model '${pinned.name}' version '${pinned.version}' has other files than when the job was started`;
    throw new JobFailure('JOB_MODEL_CHANGED', message);
  }
  return plan;
}
