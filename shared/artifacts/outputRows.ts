import { declaredRows } from '../models/declaredRows.js';
import type { OutputSpec } from '../models/signature.js';
import type { Tensor } from '../tensors/datatypes.js';
import type { ArtifactSource } from './artifactSource.js';

/** An output as it came: `itemShape` per row, or of all of it where it has no rows. */
export interface OutputRows {
  readonly spec: OutputSpec;
  readonly tensor: Tensor;
  /** Undefined for an output that stands for the whole call. */
  readonly rows: number | undefined;
  readonly itemShape: readonly number[];
}

/** The output of a name in the graph. An output without declared shape has rows where its first dimension is their number. */
export function outputRows({ signature, rowCount, outputs }: ArtifactSource, name: string): OutputRows {
  const spec = signature.outputs.find((output) => output.name === name);
  const tensor = outputs[name];
  if (!spec || !tensor) throw new Error(`there is no output '${name}'`);
  const { shape } = tensor;
  if (declaredRows(spec, signature) === 'whole' || shape[0] !== rowCount) {
    return { spec, tensor, rows: undefined, itemShape: shape };
  }
  return { spec, tensor, rows: rowCount, itemShape: shape.slice(1) };
}
