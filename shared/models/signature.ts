import type { Datatype } from '../tensors/datatypes.js';

/** A tensor that a model takes or gives. */
export interface TensorSpec {
  /** Name in the graph and on the tensor protocols. */
  readonly name: string;
  readonly datatype: Datatype;
  /** Lengths per dimension; -1 stands for any length. The first one is the batch. */
  readonly shape: readonly number[];
}

export type ColumnType = 'numeric' | 'integer' | 'character' | 'logical' | 'vector';

/** One named column of the tabular protocols. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  readonly description?: string;
  /** Taken where the column or a value is missing. */
  readonly default?: number | string | boolean;
  /** `null` is allowed: NaN for numbers, the empty text for texts. */
  readonly nullable: boolean;
  /** Facts about the training data; shown, not enforced. */
  readonly range?: readonly [number, number];
  readonly categories?: readonly (string | number)[];
  readonly example?: number | string | boolean | null;
}

/**
 * How named columns fill the tensors:
 * - `features`: the columns are the F features of the one input [N, F], in order;
 * - `tensors`: each column is the input of the same name; a row is a value, or an array for wider inputs.
 */
type ColumnLayout = 'features' | 'tensors';

export interface OutputSpec extends TensorSpec {
  /** Name on the column protocols. */
  readonly column: string;
  readonly description?: string;
  /** Names of the last dimension, such as the classes of a classifier. */
  readonly labels?: readonly string[];
}

/** A file that can be made of the input and the outputs of one call. */
export interface ArtifactSpec {
  /** Name under which it is answered, such as `answer.csv`. */
  readonly fileName: string;
  readonly writer: 'csv' | 'npy' | 'png' | 'svg' | 'explanation';
  /** Name in the graph of the output that it shows; undefined for writers that show all. */
  readonly output?: string;
  /** The values that are black and white in an image. */
  readonly range?: readonly [number, number];
}

/** The inputs and outputs of one model version, as every protocol sees them. */
export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly OutputSpec[];
  readonly layout: ColumnLayout;
  readonly columns: readonly ColumnSpec[];
  readonly artifacts?: readonly ArtifactSpec[];
}

/** Whether JSON numbers beyond 2^53 must stay exact for this model. */
export function takesLongIntegers({ inputs }: Signature): boolean {
  return inputs.some(({ datatype }) => datatype === 'INT64' || datatype === 'UINT64');
}
