import { outputCells, type OutputCell } from '../batch/write/outputCells.js';
import { datatypeFacts } from '../tensors/datatypes.js';
import type { ArtifactSource } from './artifactSource.js';

/** Wider outputs are not explained: the file would be larger than anybody reads. */
export const mostExplainedValues = 1000;

/** The columns of the answer that are numbers per row, of outputs with a bounded number of them. */
export function explainedOutputs({
  signature,
  rowCount,
  outputs,
}: Pick<ArtifactSource, 'signature' | 'rowCount' | 'outputs'>): OutputCell[] {
  return outputCells(signature, 'jsonLines').filter(({ output, form, width }) => {
    const { kind } = datatypeFacts(output.datatype);
    const tensor = outputs[output.name];
    if (kind === 'text' || kind === 'boolean' || form === 'whole' || tensor?.shape[0] !== rowCount)
      return false;
    const count = tensor.data.length / rowCount;
    return count <= mostExplainedValues && (form !== 'element' || count === width);
  });
}
