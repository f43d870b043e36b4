import type { SessionPlan } from '../models/modelPlan.js';
import type { TensorSpec } from '../models/signature.js';
import type { NamedTensors } from '../protocols/codec.js';
import { datatypeFacts, type Tensor } from '../tensors/datatypes.js';
import { elementCount } from '../tensors/shape.js';
import { ScoringError } from '../errors/scoringError.js';
import { openModel, type OpenModel } from './openModel.js';
import { setExamples } from './scoring/exampleFeeds.js';

/** Largest probe; a fixed shape beyond it is opened but not run. */
const maxProbeElements = 16_000_000;

/** No array is longer, and no call could bring so much. */
const mostElements = 2 ** 31 - 1;

/**
 * Opens a model and runs it once on zeros, with 1 for every symbolic dimension; through its scoring module, where it has
 * one, on the examples of its columns. That a model refuses them proves nothing about it and passes. Throws
 * SCORE_ERR_MODEL_SIGNATURE for inputs that cannot be filled, SCORE_ERR_MODEL_CHECK for a run that gets no memory,
 * SCORE_ERR_MODEL_LOAD and _SCORING; may crash the process or
 * never return.
 */
export async function probeModel(plan: SessionPlan): Promise<void> {
  for (const input of plan.signature.inputs) requireFillable(input);
  const session = await openModel(plan, () => undefined);
  const feeds: Record<string, Tensor> = {};
  for (const { name, datatype, shape } of plan.signature.inputs) {
    const lengths = shortestOf(shape);
    const count = elementCount(lengths);
    if (count > maxProbeElements) return;
    feeds[name] = { datatype, shape: lengths, data: datatypeFacts(datatype).allocate(count) };
  }
  if (plan.scoring) setExamples(feeds, plan.signature);
  await runOnce(session, feeds, plan);
}

/** How ONNX Runtime says that an operator asked for more memory than there is. */
const outOfMemory = /bad_alloc|failed to allocate|bad allocation/i;
const needsMemory = 'its first run asked for more memory than there is';

const shortestOf = (shape: readonly number[]) => shape.map((length) => (length === -1 ? 1 : length));

function requireFillable({ name, shape }: TensorSpec): void {
  const count = elementCount(shortestOf(shape));
  if (count <= mostElements) return;
  const message = `input '${name}' takes ${count} values at once; at most ${mostElements} can be given`;
  throw new ScoringError('SCORE_ERR_MODEL_SIGNATURE', message);
}

async function runOnce(session: OpenModel, feeds: NamedTensors, plan: SessionPlan): Promise<void> {
  const fetches = plan.signature.outputs.map((output) => output.name);
  try {
    await session.run(feeds, fetches);
  } catch (error) {
    if (!(error instanceof ScoringError && error.code === 'SCORE_ERR_RUN_FAILED')) throw error;
    // one row of zeros is the least that anybody can ask for
    if (outOfMemory.test(error.message)) throw new ScoringError('SCORE_ERR_MODEL_CHECK', needsMemory);
  }
}
