import { ScoringError } from '../errors/scoringError.js';
import { datatypeFacts, datatypeFromOnnx, type Datatype } from '../tensors/datatypes.js';
import { setElement } from '../tensors/setElement.js';
import type { ModelJson } from './modelJson.js';
import type { OnnxModel, ValueInfo, ZipMap } from './onnx/onnxModel.js';
import type { ColumnSpec, ColumnType, OutputSpec, Signature, TensorSpec } from './signature.js';

/**
 * Derives what callers see of a model from its graph and model.json.
 *
 * Throws SCORE_ERR_MODEL_SIGNATURE for inputs and outputs that cannot cross the wire and SCORE_ERR_MODEL_COLUMNS where
 * model.json does not fit the graph.
 */
export function buildSignature(onnx: OnnxModel, facts: ModelJson): Signature {
  const inputs = onnx.inputs.map((input) => tensorSpec('input', input));
  if (inputs.length === 0) throw signatureError('the graph has no inputs');
  const outputs = onnx.outputs.map((output) => outputSpec(output, onnx.zipMaps, facts));
  if (outputs.length === 0) throw signatureError('the graph has no outputs');
  for (const { tensor } of facts.outputs ?? []) {
    if (!outputs.some((output) => output.name === tensor)) {
      throw columnsError(`outputs names tensor '${tensor}', the graph has ${nameList(outputs)}`);
    }
  }
  requireDistinct('outputs', outputs.flatMap(answerNames));
  return { inputs, outputs, ...columnsOf(inputs, facts) };
}

function columnsOf(
  inputs: readonly TensorSpec[],
  facts: ModelJson,
): Pick<Signature, 'layout' | 'columns'> {
  const width = featureCount(inputs);
  const only = inputs[0];
  if (width !== undefined && only) {
    const names = facts.columns?.map((column) => column.name) ?? defaultNames(width);
    if (names.length !== width) {
      throw columnsError(`columns lists ${names.length} names, input '${only.name}' has ${width} features`);
    }
    requireDistinct('columns', names);
    return { layout: 'features', columns: names.map((name) => columnSpec(name, only.datatype, 'scalar', facts)) };
  }
  const wanted = facts.columns?.map((column) => column.name) ?? inputs.map((input) => input.name);
  requireDistinct('columns', wanted);
  const missing = inputs.find((input) => !wanted.includes(input.name));
  if (missing) throw columnsError(`columns lacks input '${missing.name}' of the graph`);
  const columns = wanted.map((name) => {
    const input = inputs.find((one) => one.name === name);
    if (!input) throw columnsError(`columns names '${name}', the graph has ${nameList(inputs)}`);
    return columnSpec(name, input.datatype, isScalarPerRow(input) ? 'scalar' : 'vector', facts);
  });
  return { layout: 'tensors', columns };
}

/** F of a model with the one input [N, F], F > 1; undefined for every other model. */
function featureCount(inputs: readonly TensorSpec[]): number | undefined {
  const [input, ...others] = inputs;
  if (!input || others.length > 0 || input.shape.length !== 2) return undefined;
  const width = input.shape[1] as number;
  return width > 1 ? width : undefined;
}

const defaultNames = (width: number) => Array.from({ length: width }, (_, i) => `f${i}`);

const isScalarPerRow = ({ shape }: TensorSpec) => shape.slice(1).every((length) => length === 1);

function columnSpec(name: string, datatype: Datatype, form: 'scalar' | 'vector', facts: ModelJson): ColumnSpec {
  const stated = facts.columns?.find((column) => column.name === name);
  const { kind } = datatypeFacts(datatype);
  const type: ColumnType = form === 'vector' ? 'vector' : (stated?.type ?? naturalType(kind));
  const fits = (type === 'character') === (kind === 'text') && (kind !== 'boolean' || type === 'logical');
  if (!fits && type !== 'vector') {
    throw columnsError(`column '${name}' has type ${type}, the graph takes ${datatype}`);
  }
  if (stated?.nullable && kind !== 'float' && kind !== 'text') {
    throw columnsError(`column '${name}' is nullable, but ${datatype} has no value for a missing one; give a default`);
  }
  if (stated?.default !== undefined) checkDefault(name, type, stated.default, datatype);
  return {
    name,
    type,
    // without model.json nothing is known, so a missing number goes to the model as NaN, which imputers expect
    nullable: stated?.nullable ?? (stated === undefined && kind === 'float'),
    ...(stated?.description === undefined ? {} : { description: stated.description }),
    ...(stated?.default === undefined ? {} : { default: stated.default }),
    ...(stated?.range === undefined ? {} : { range: stated.range }),
    ...(stated?.categories === undefined ? {} : { categories: stated.categories }),
    ...(stated?.example === undefined ? {} : { example: stated.example }),
  };
}

/** A default that does not fit would be blamed on every caller that relies on it. */
function checkDefault(name: string, type: ColumnType, value: string | number | boolean, datatype: Datatype): void {
  const cell = type === 'logical' && typeof value === 'boolean' && datatype !== 'BOOL' ? Number(value) : value;
  const problem = type === 'vector' ? 'expected none' : setElement(datatype, datatypeFacts(datatype).allocate(1), 0, cell);
  if (problem !== undefined) throw columnsError(`the default of column '${name}' does not fit: ${problem}`);
}

function naturalType(kind: string): ColumnType {
  if (kind === 'text') return 'character';
  if (kind === 'boolean') return 'logical';
  return kind === 'float' ? 'numeric' : 'integer';
}

function outputSpec(output: ValueInfo, zipMaps: readonly ZipMap[], facts: ModelJson): OutputSpec {
  const stated = facts.outputs?.find((one) => one.tensor === output.name);
  const zipMap = zipMaps.find((one) => one.output === output.name);
  const tensor: TensorSpec = zipMap
    ? { name: output.name, datatype: 'FP32', shape: [-1, zipMap.labels.length] }
    : tensorSpec('output', output);
  const labels = zipMap?.labels ?? stated?.labels;
  const width = tensor.shape.at(-1);
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
  if (value.name === '' || value.name === '__proto__') throw signatureError(`an ${role} has an unusable name`);
  const datatype = datatypeFromOnnx(value.elementType);
  if (!datatype) {
    const name = value.elementType === 16 ? 'bfloat16' : `type ${value.elementType}`;
    throw signatureError(`${role} '${value.name}' has ${name}, which has no wire form`);
  }
  return { name: value.name, datatype, shape: value.shape ?? [] };
}

/** The names under which an output is answered on the column protocols. */
const answerNames = ({ column, labels }: OutputSpec) => labels?.map((label) => `${column}.${label}`) ?? [column];

function requireDistinct(key: 'columns' | 'outputs', names: readonly string[]): void {
  if (names.includes('__proto__')) throw columnsError(`${key} has an unusable name`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw columnsError(`${key} names '${twice}' twice`);
}

const nameList = (specs: readonly TensorSpec[]) => specs.map((spec) => `'${spec.name}'`).join(', ');
const columnsError = (message: string) => new ScoringError('SCORE_ERR_MODEL_COLUMNS', `model.json: ${message}`);
const signatureError = (message: string) => new ScoringError('SCORE_ERR_MODEL_SIGNATURE', message);
