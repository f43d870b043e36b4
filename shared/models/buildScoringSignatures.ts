import type { Datatype } from '../tensors/datatypes.js';
import { buildArtifacts } from './buildArtifacts.js';
import { buildColumns, columnsError, requireDistinct } from './buildColumns.js';
import { answerNames, buildSignature } from './buildSignature.js';
import { fixedBatch } from './fixedBatch.js';
import type { ModelJson } from './modelJson.js';
import { nameList } from './nameList.js';
import type { OnnxModel } from './onnx/onnxModel.js';
import type { OutputSpec, Signature, TensorSpec } from './signature.js';

type Stated = NonNullable<ModelJson['scoring']>;
type StatedColumn = NonNullable<Stated['columns']>[number];
type StatedOutput = NonNullable<Stated['outputs']>[number];

/** The datatypes of JavaScript values: what a module gets and gives has no narrower ones. */
const datatypeOf = {
  numeric: 'FP64',
  integer: 'INT64',
  character: 'BYTES',
  logical: 'BOOL',
} as const satisfies Record<NonNullable<StatedColumn['type']>, Datatype>;

/** The two sides of a scoring module. */
interface ScoringSignatures {
  /** What callers send and get. */
  readonly signature: Signature;
  readonly graph: Signature;
}

/**
 * The signatures on both sides of a scoring module. Callers send the columns and get the outputs that model.json states
 * under `scoring`, those of the graph where it states none. A stated one without type is the graph's of that name; the
 * others are one tensor [-1] each, or [rows] where the graph takes a fixed number of rows.
 *
 * Throws SCORE_ERR_MODEL_SIGNATURE, _COLUMNS and _ARTIFACTS.
 */
export function buildScoringSignatures(onnx: OnnxModel, facts: ModelJson): ScoringSignatures {
  const { scoring: { columns, outputs } = {}, artifacts, ...graphFacts } = facts;
  const graph = buildSignature(onnx, graphFacts);
  // the module gets outputs by these names
  requireDistinctColumns(graph.outputs);
  const signature = {
    ...graph,
    ...(columns ? serviceColumns(columns, graph, facts) : {}),
    ...(outputs ? { outputs: serviceOutputs(outputs, graph) } : {}),
  };
  return {
    graph,
    signature: artifacts ? { ...signature, artifacts: buildArtifacts(artifacts, signature) } : signature,
  };
}

function requireDistinctColumns(outputs: readonly OutputSpec[]): void {
  requireDistinct(
    'outputs',
    outputs.map(({ column }) => column),
  );
}

function serviceColumns(stated: readonly StatedColumn[], graph: Signature, facts: ModelJson) {
  const inputs = stated.map((column) => serviceInput(column, graph));
  const columns = stated.map((column) => {
    const own = column.type === undefined && graph.columns.find(({ name }) => name === column.name);
    if (!own) return column;
    return { ...facts.columns?.find(({ name }) => name === own.name), nullable: own.nullable, ...column };
  });
  return { inputs, ...buildColumns(inputs, { columns }) };
}

function serviceInput({ name, type }: StatedColumn, graph: Signature): TensorSpec {
  const shape = [fixedBatch(graph) ?? -1];
  if (type !== undefined) return { name, datatype: datatypeOf[type], shape };
  const isKnown = graph.columns.some((column) => column.name === name);
  const [first] = graph.inputs;
  const input =
    graph.layout === 'features' && first
      ? { name, datatype: first.datatype, shape }
      : graph.inputs.find((one) => one.name === name);
  if (isKnown && input) return input;
  throw columnsError(
    `scoring.columns: '${name}' needs a type; without one it must be one of ${nameList(graph.columns)}`,
  );
}

function serviceOutputs(stated: readonly StatedOutput[], graph: Signature): OutputSpec[] {
  const outputs = stated.map((output) => serviceOutput(output, graph));
  requireDistinctColumns(outputs);
  requireDistinct('outputs', outputs.flatMap(answerNames));
  return outputs;
}

function serviceOutput(stated: StatedOutput, graph: Signature): OutputSpec {
  const { name, type, description, labels } = stated;
  const facts = description === undefined ? {} : { description };
  if (type !== undefined) {
    const rows = fixedBatch(graph) ?? -1;
    const shape = labels ? [rows, labels.length] : [rows];
    return { name, column: name, datatype: datatypeOf[type], shape, ...facts, ...(labels ? { labels } : {}) };
  }
  const output = graph.outputs.find(({ column }) => column === name);
  const names = graph.outputs.map(({ column }) => ({ name: column }));
  if (!output)
    throw columnsError(
      `scoring.outputs: '${name}' needs a type; without one it must be one of ${nameList(names)}`,
    );
  if (labels) throw columnsError(`scoring.outputs: '${name}' has labels, so it needs a type`);
  return { ...output, name, ...facts };
}
