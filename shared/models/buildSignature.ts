import { ScoringError } from '../errors/scoringError.js';
import { datatypeFromOnnx } from '../tensors/datatypes.js';
import { buildArtifacts } from './buildArtifacts.js';
import { buildColumns, columnsError, requireDistinct } from './buildColumns.js';
import { labelledNames } from './labelledNames.js';
import type { ModelJson } from './modelJson.js';
import type { OnnxModel, ValueInfo, ZipMap } from './onnx/onnxModel.js';
import { nameList } from './nameList.js';
import type { OutputSpec, Signature, TensorSpec } from './signature.js';

/** More inputs, outputs or labels than this are no model but an attack on whoever lists them. */
const mostNames = 16_384;

/**
 * Derives what callers see of a model from its graph and model.json.
 *
 * Throws SCORE_ERR_MODEL_SIGNATURE for inputs and outputs that cannot cross the wire, and SCORE_ERR_MODEL_COLUMNS and
 * SCORE_ERR_MODEL_ARTIFACTS where model.json does not fit the graph.
 */
export function buildSignature(onnx: OnnxModel, facts: ModelJson): Signature {
  if (Math.max(onnx.inputs.length, onnx.outputs.length) > mostNames) {
    throw signatureError(`the graph has over ${mostNames} inputs or outputs`);
  }
  const inputs = onnx.inputs.map((input) => tensorSpec('input', input));
  if (inputs.length === 0) throw signatureError('the graph has no inputs');
  const outputs = onnx.outputs.map((output) => outputSpec(output, onnx.zipMaps, facts));
  if (outputs.length === 0) throw signatureError('the graph has no outputs');
  const stated = new Set<string>();
  for (const { tensor } of facts.outputs ?? []) {
    if (!outputs.some((output) => output.name === tensor)) {
      throw columnsError(`outputs names tensor '${tensor}', the graph has ${nameList(outputs)}`);
    }
    if (stated.has(tensor)) throw columnsError(`outputs names tensor '${tensor}' twice`);
    stated.add(tensor);
  }
  requireDistinct('outputs', outputs.flatMap(answerNames));
  const signature = { inputs, outputs, ...buildColumns(inputs, facts) };
  return facts.artifacts
    ? { ...signature, artifacts: buildArtifacts(facts.artifacts, signature) }
    : signature;
}

function outputSpec(output: ValueInfo, zipMaps: readonly ZipMap[], facts: ModelJson): OutputSpec {
  const stated = facts.outputs?.find((one) => one.tensor === output.name);
  const zipMap = zipMaps.find((one) => one.output === output.name);
  const tensor: TensorSpec = zipMap
    ? { name: output.name, datatype: 'FP32', shape: [-1, zipMap.labels.length] }
    : tensorSpec('output', output);
  const given = stated?.labels ?? zipMap?.labels;
  const labels = given?.length === 0 ? undefined : given;
  if (labels && labels.length > mostNames)
    throw signatureError(`output '${output.name}' has over ${mostNames} labels`);
  if (labels && tensor.shape.length !== 2 && tensor.shape.length !== 0) {
    throw columnsError(
      `output '${output.name}' has labels, which name the second of two dimensions; it has ${tensor.shape.length}`,
    );
  }
  const width = tensor.shape[1];
  if (labels && width !== undefined && width !== -1 && labels.length !== width) {
    throw columnsError(`output '${output.name}' has ${labels.length} labels for ${width} values`);
  }
  return {
    ...tensor,
    column: stated?.name ?? output.name,
    ...(stated?.description === undefined ? {} : { description: stated.description }),
    ...(labels === undefined ? {} : { labels }),
  };
}

function tensorSpec(role: 'input' | 'output', value: ValueInfo): TensorSpec {
  if (value.elementType === undefined) {
    throw signatureError(`${role} '${value.name}' is no tensor; sequences and maps cannot be served`);
  }
  // these names become keys of plain objects
  if (value.name === '' || value.name === '__proto__')
    throw signatureError(`an ${role} has an unusable name`);
  const datatype = datatypeFromOnnx(value.elementType);
  if (!datatype) {
    const name = value.elementType === 16 ? 'bfloat16' : `type ${value.elementType}`;
    throw signatureError(`${role} '${value.name}' has ${name}, which has no wire form`);
  }
  if (role === 'input' && value.shape === undefined) {
    throw signatureError(`input '${value.name}' states no shape; export the model with shapes`);
  }
  return { name: value.name, datatype, shape: value.shape ?? [] };
}

/** The names under which an output is answered on the column protocols. */
export const answerNames = (output: OutputSpec) => labelledNames(output) ?? [output.column];

const signatureError = (message: string) => new ScoringError('SCORE_ERR_MODEL_SIGNATURE', message);
