import type { SessionPlan } from '../models/modelPlan.js';
import type { NamedTensors } from '../protocols/codec.js';
import { datatypeFacts, type Tensor } from '../tensors/datatypes.js';
import { elementCount } from '../tensors/shape.js';
import { ScoringError } from '../errors/scoringError.js';
import { Session } from './session.js';

/** Largest probe; a fixed shape beyond it is opened but not run. */
const maxProbeElements = 16_000_000;

/**
 * Opens a model and runs it once on zeros, with 1 for every symbolic dimension. That a model refuses zeros proves
 * nothing about it and passes. Throws SCORE_ERR_MODEL_LOAD; may crash the process or never return.
 */
export async function probeModel(plan: SessionPlan): Promise<void> {
  const session = await Session.open(plan);
  const feeds: Record<string, Tensor> = {};
  for (const { name, datatype, shape } of plan.signature.inputs) {
    const lengths = shape.map((length) => (length === -1 ? 1 : length));
    const count = elementCount(lengths);
    if (count > maxProbeElements) return;
    feeds[name] = { datatype, shape: lengths, data: datatypeFacts(datatype).allocate(count) };
  }
  await runOnce(session, feeds, plan);
}

async function runOnce(session: Session, feeds: NamedTensors, plan: SessionPlan): Promise<void> {
  const fetches = plan.signature.outputs.map((output) => output.name);
  try {
    await session.run(feeds, fetches);
  } catch (error) {
    if (!(error instanceof ScoringError && error.code === 'SCORE_ERR_RUN_FAILED')) throw error;
  }
}
