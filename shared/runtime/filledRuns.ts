import { sliceData } from '../batch/read/cells/sliceData.js';
import { padTensor } from '../batch/read/padTensor.js';
import { ScoringError } from '../errors/scoringError.js';
import type { NamedTensors, SessionRun } from '../protocols/codec.js';
import { datatypeFacts, type Tensor } from '../tensors/datatypes.js';
import { setElements } from '../tensors/setElements.js';
import { elementCount } from '../tensors/shape.js';
import type { ModelRunner } from './modelRuns.js';

/**
 * Runs a model that takes exactly `runRows` rows at once over `rows` rows: the last run is filled up with copies of its
 * last row, or with zeros where there is none, and what is said of them is cut off. Gives the outputs of all rows. An
 * output that has no value per row is kept as it is where there is one row.
 *
 * Throws SCORE_ERR_RUN_FAILED, also for such an output where there are other than one row.
 */
export async function filledRuns(
  runner: ModelRunner,
  { feeds, fetches }: SessionRun,
  rows: number,
  runRows: number,
): Promise<NamedTensors> {
  const parts: NamedTensors[] = [];
  for (let from = 0; from < rows || parts.length === 0; from += runRows) {
    const to = Math.min(rows, from + runRows);
    const inputs: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(feeds))
      inputs[name] = fill(rowsOf(tensor, from, to), runRows);
    const outputs = await runner.run(inputs, fetches);
    const cut: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      if (tensor.shape[0] === runRows) cut[name] = rowsOf(tensor, 0, to - from);
      else if (rows === 1) cut[name] = tensor;
      else throw lacksRows(name, runRows);
    }
    parts.push(cut);
  }
  const [first = {}] = parts;
  if (parts.length === 1) return first;
  return Object.fromEntries(
    Object.keys(first).map((name) => [name, joined(parts.map((part) => part[name] as Tensor))]),
  );
}

function rowsOf({ datatype, shape: [count = 1, ...inner], data }: Tensor, from: number, to: number): Tensor {
  const size = count === 0 ? 0 : data.length / count;
  return { datatype, shape: [to - from, ...inner], data: sliceData(data, from * size, to * size) };
}

function fill(tensor: Tensor, rows: number): Tensor {
  const { datatype, shape } = tensor;
  if (shape[0] !== 0) return padTensor(tensor, rows);
  const filled = [rows, ...shape.slice(1)];
  return { datatype, shape: filled, data: datatypeFacts(datatype).allocate(elementCount(filled)) };
}

/** Throws where the parts differ in what a row is. */
function joined(parts: readonly Tensor[]): Tensor {
  const [first] = parts as [Tensor];
  const inner = first.shape.slice(1);
  if (parts.some(({ shape }) => String(shape.slice(1)) !== String(inner))) {
    throw new ScoringError('SCORE_ERR_RUN_FAILED', 'the rows of an output differ in their shape');
  }
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const data = datatypeFacts(first.datatype).allocate(rows * elementCount(inner));
  let at = 0;
  for (const part of parts) {
    setElements(data, part.data, at);
    at += part.data.length;
  }
  return { datatype: first.datatype, shape: [rows, ...inner], data };
}

const lacksRows = (name: string, runRows: number) =>
  new ScoringError(
    'SCORE_ERR_RUN_FAILED',
    `output '${name}' has no value per row, and the model takes exactly ${runRows} rows at once`,
  );
