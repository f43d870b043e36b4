import { ScoringError } from '../errors/scoringError.js';
import { datatypeFacts, type Datatype } from '../tensors/datatypes.js';
import { setElement } from '../tensors/setElement.js';
import type { ModelJson } from './modelJson.js';
import { nameList } from './nameList.js';
import type { ColumnSpec, ColumnType, Signature, TensorSpec } from './signature.js';

type StatedColumn = NonNullable<ModelJson['columns']>[number];

/** Wider inputs are one column of arrays, unless model.json names their features. */
const mostFeatures = 16_384;

/**
 * The named columns of a model, from its inputs and model.json. Throws SCORE_ERR_MODEL_COLUMNS where they do not fit.
 */
export function buildColumns(
  inputs: readonly TensorSpec[],
  facts: ModelJson,
): Pick<Signature, 'layout' | 'columns'> {
  const stated = new Map(facts.columns?.map((column) => [column.name, column]));
  const width = featureCount(inputs, facts);
  const only = inputs[0];
  if (width !== undefined && only) {
    const names = facts.columns?.map((column) => column.name) ?? defaultNames(width);
    if (names.length !== width) {
      throw columnsError(`columns lists ${names.length} names, input '${only.name}' has ${width} features`);
    }
    requireDistinct('columns', names);
    return {
      layout: 'features',
      columns: names.map((name) => columnSpec(name, only.datatype, 'scalar', stated.get(name))),
    };
  }
  const wanted = facts.columns?.map((column) => column.name) ?? inputs.map((input) => input.name);
  requireDistinct('columns', wanted);
  const present = new Set(wanted);
  const byName = new Map(inputs.map((input) => [input.name, input]));
  const missing = inputs.find((input) => !present.has(input.name));
  if (missing) throw columnsError(`columns lacks input '${missing.name}' of the graph`);
  const columns = wanted.map((name) => {
    const input = byName.get(name);
    if (!input) throw columnsError(`columns names '${name}', the graph has ${nameList(inputs)}`);
    return columnSpec(name, input.datatype, isScalarPerRow(input) ? 'scalar' : 'vector', stated.get(name));
  });
  return { layout: 'tensors', columns };
}

/** F of a model with the one input [N, F], F > 1, as long as that many columns make sense; else undefined. */
function featureCount(inputs: readonly TensorSpec[], facts: ModelJson): number | undefined {
  const [input, ...others] = inputs;
  if (!input || others.length > 0 || input.shape.length !== 2) return undefined;
  const width = input.shape[1] as number;
  return width > 1 && (width <= mostFeatures || facts.columns) ? width : undefined;
}

const defaultNames = (width: number) => Array.from({ length: width }, (_, i) => `f${i}`);

const isScalarPerRow = ({ shape }: TensorSpec) => shape.slice(1).every((length) => length === 1);

function columnSpec(
  name: string,
  datatype: Datatype,
  form: 'scalar' | 'vector',
  stated: StatedColumn | undefined,
): ColumnSpec {
  const { kind } = datatypeFacts(datatype);
  const type: ColumnType = form === 'vector' ? 'vector' : (stated?.type ?? naturalType(kind));
  const fits = (type === 'character') === (kind === 'text') && (kind !== 'boolean' || type === 'logical');
  if (!fits && type !== 'vector') {
    throw columnsError(`column '${name}' has type ${type}, the graph takes ${datatype}`);
  }
  if (stated?.nullable && kind !== 'float' && kind !== 'text') {
    throw columnsError(
      `column '${name}' is nullable, but ${datatype} has no value for a missing one; give a default`,
    );
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
function checkDefault(
  name: string,
  type: ColumnType,
  value: string | number | boolean,
  datatype: Datatype,
): void {
  const cell =
    type === 'logical' && typeof value === 'boolean' && datatype !== 'BOOL' ? Number(value) : value;
  const problem =
    type === 'vector' ? 'expected none' : setElement(datatype, datatypeFacts(datatype).allocate(1), 0, cell);
  if (problem !== undefined) throw columnsError(`the default of column '${name}' does not fit: ${problem}`);
}

function naturalType(kind: string): ColumnType {
  if (kind === 'text') return 'character';
  if (kind === 'boolean') return 'logical';
  return kind === 'float' ? 'numeric' : 'integer';
}

/** Throws SCORE_ERR_MODEL_COLUMNS for a name that is given twice or cannot be a key. */
export function requireDistinct(key: 'columns' | 'outputs', names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (name === '__proto__') throw columnsError(`${key} has an unusable name`);
    if (seen.has(name)) throw columnsError(`${key} names '${name}' twice`);
    seen.add(name);
  }
}

export const columnsError = (message: string) =>
  new ScoringError('SCORE_ERR_MODEL_COLUMNS', `model.json: ${message}`);
