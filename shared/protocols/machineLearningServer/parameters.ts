import type { Signature } from '../../models/signature.js';
import { frameInput, frameOutput } from '../consumption/frameKeys.js';
import { isIdentifier } from './identifier.js';
import { inputColumns, outputColumns, type ScalarType, type ValueColumn } from './valueColumns.js';

type ParameterType = ScalarType | 'vector' | 'matrix' | 'data.frame';

/** A parameter of a service as clients of Machine Learning Server know it. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
}

export interface ServiceParameters {
  /** Whether clients send one value per column, or a frame with all columns. */
  readonly form: 'values' | 'frame';
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
}

/** The Python client fails over more arguments than this (contracts/machine-learning-server.md 2.9). */
const mostArguments = 3;

/**
 * What a service takes and gives, in the words of Machine Learning Server. A model with at most three columns of single
 * values whose names are identifiers has one parameter for each, every other model takes and gives a frame (design,
 * section 4). Routes take both forms always, but this is the one that clients are made for.
 */
export function parametersOf(signature: Signature): ServiceParameters {
  if (formOf(signature) === 'frame') {
    return {
      form: 'frame',
      inputs: [{ name: frameInput, type: 'data.frame' }],
      outputs: [{ name: frameOutput, type: 'data.frame' }],
    };
  }
  return {
    form: 'values',
    inputs: inputColumns(signature).map(parameterOf),
    outputs: outputColumns(signature).map(parameterOf),
  };
}

function formOf({ inputs, columns }: Signature): 'values' | 'frame' {
  // such a column hides the frame form
  if (columns.some(({ name }) => name === frameInput)) return 'values';
  const takesOneRow = inputs.every(({ shape: [batch = 1] }) => batch === -1 || batch === 1);
  const areArguments = columns.every(({ name, type }) => type !== 'vector' && isIdentifier(name));
  return takesOneRow && areArguments && columns.length <= mostArguments ? 'values' : 'frame';
}

function parameterOf({ name, scalar, dimensions }: ValueColumn): Parameter {
  if (dimensions === 0) return { name, type: scalar };
  // clients read a matrix as two dimensions; a vector is any array
  return { name, type: dimensions === 2 ? 'matrix' : 'vector' };
}
