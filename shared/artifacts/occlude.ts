import { declaredRows } from '../models/declaredRows.js';
import { fixedBatch } from '../models/fixedBatch.js';
import type { ColumnSpec, Signature } from '../models/signature.js';
import type { NamedTensors, SessionRun } from '../protocols/codec.js';
import { datatypeFacts, type Tensor, type TensorData } from '../tensors/datatypes.js';
import { setElements } from '../tensors/setElements.js';
import { elementCount } from '../tensors/shape.js';
import type { ArtifactSource } from './artifactSource.js';
import { columnBaseline, type Baseline } from './columnBaseline.js';
import { explainedOutputs, mostExplainedValues } from './explainedOutputs.js';

/** Rows of the one run that a call is explained with. */
export const mostVariants = 1000;
/** Elements of all inputs of that run. */
const mostElements = 4 * 2 ** 20;

/**
 * What is run to explain a call: for each explained row a variant per explained column, in which that column has its
 * baseline. Row r, column c is variant r x columns + c.
 */
export interface Occlusion {
  readonly run: SessionRun;
  /** How many rows are explained, the first ones of the call. */
  readonly rows: number;
  /** Of the columns that are explained, the first ones of the model. */
  readonly baselines: readonly Baseline[];
}

/** Plans the run, or says why the call cannot be explained. */
export function occlude(source: ArtifactSource): Occlusion | string {
  const { signature, rowCount, feeds } = source;
  const batch = fixedBatch(signature);
  if (batch !== undefined) return `the model takes exactly ${batch} rows at once`;
  const whole = signature.outputs.find((output) => declaredRows(output, signature) === 'whole');
  if (whole) return `output '${whole.column}' stands for all rows of a call`;
  if (rowCount === 0) return 'there are no rows';
  const explained = explainedOutputs(source);
  if (explained.length === 0) return `no output has 1 to ${mostExplainedValues} numbers per row`;
  const elements = Object.values(feeds).reduce((sum, { data }) => sum + data.length / rowCount, 0);
  const variants = Math.min(mostVariants, Math.floor(mostElements / Math.max(1, elements)));
  if (variants === 0) return 'a row of the input is too large';
  const columns = Math.min(signature.columns.length, variants);
  const rows = Math.min(rowCount, Math.floor(variants / columns));
  const shown = signature.columns.slice(0, columns);
  const baselines = shown.map((column) => columnBaseline(column, datatypeOf(column, signature)));
  return {
    run: {
      feeds: variantFeeds(signature, feeds, rows, shown, baselines),
      fetches: [...new Set(explained.map(({ output }) => output.name))],
    },
    rows,
    baselines,
  };
}

function datatypeOf({ name }: ColumnSpec, { layout, inputs }: Signature) {
  const input = layout === 'features' ? inputs[0] : inputs.find((one) => one.name === name);
  if (!input) throw new Error(`there is no input '${name}'`);
  return input.datatype;
}

function variantFeeds(
  signature: Signature,
  feeds: NamedTensors,
  rows: number,
  columns: readonly ColumnSpec[],
  baselines: Occlusion['baselines'],
): NamedTensors {
  const variants: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(feeds)) {
    const itemShape = tensor.shape.slice(1);
    const size = elementCount(itemShape);
    const data = repeatRows(tensor, rows, columns.length, size);
    for (const [c, column] of columns.entries()) {
      const isFeature = signature.layout === 'features';
      if (!isFeature && column.name !== name) continue;
      for (let row = 0; row < rows; row++) {
        const at = (row * columns.length + c) * size;
        const [from, to] = isFeature ? [at + c, at + c + 1] : [at, at + size];
        // the baseline is of the type that the array holds
        (data as unknown[]).fill(baselines[c]?.element, from, to);
      }
    }
    variants[name] = { datatype: tensor.datatype, shape: [rows * columns.length, ...itemShape], data };
  }
  return variants;
}

/** Each of the first rows so many times. */
function repeatRows({ datatype, data }: Tensor, rows: number, times: number, size: number): TensorData {
  const repeated = datatypeFacts(datatype).allocate(rows * times * size);
  for (let row = 0; row < rows; row++) {
    const one = data.slice(row * size, (row + 1) * size);
    for (let time = 0; time < times; time++) setElements(repeated, one, (row * times + time) * size);
  }
  return repeated;
}
