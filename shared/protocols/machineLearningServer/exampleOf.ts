import { middleOf } from '../../models/middleOf.js';
import type { ColumnSpec, Signature, TensorSpec } from '../../models/signature.js';
import { datatypeFacts } from '../../tensors/datatypes.js';
import { setElement } from '../../tensors/setElement.js';
import { elementCount } from '../../tensors/shape.js';
import { cellValue, missingCell } from '../columns/cellValue.js';
import { frameInput } from '../consumption/frameKeys.js';
import { parametersOf } from './parameters.js';
import { inputOf } from './valueColumns.js';

/** Larger examples would hold up the thread and tell nothing. */
const mostElements = 2000;

/**
 * A request that the model scores, in the form of its parameters: from the examples, categories, defaults and ranges that
 * model.json states, else zeros, with 1 for every dimension of any length, with which each model is tried before it
 * serves. Undefined where it would have over 2,000 values.
 */
export function exampleOf(signature: Signature): Record<string, unknown> | undefined {
  const { inputs, columns } = signature;
  if (columns.length > mostElements) return undefined;
  const inputFor = inputOf(signature);
  const cells: [string, unknown][] = [];
  const rowCount = Math.abs(inputs[0]?.shape[0] ?? 1);
  let elements = 0;
  for (const column of columns) {
    const input = inputFor(column.name);
    const rowShape = column.type === 'vector' ? input.shape.slice(1).map(Math.abs) : [];
    elements += rowCount * elementCount(rowShape);
    if (elements > mostElements) return undefined;
    cells.push([column.name, nested(exampleCell(column, input), rowShape)]);
  }
  if (parametersOf(signature).form === 'values') return Object.fromEntries(cells);
  const frame = cells.map(([name, cell]): [string, unknown[]] => [
    name,
    new Array<unknown>(rowCount).fill(cell),
  ]);
  return { [frameInput]: Object.fromEntries(frame) };
}

/** The first value that is stated and fits. */
function exampleCell(column: ColumnSpec, input: TensorSpec): unknown {
  const { example, categories, range } = column;
  const stated = [example, categories?.[0], column.default, range ? shownMiddle(column, range) : undefined];
  return stated.find((value) => fits(column, input, value)) ?? fillers[kindOf(column, input)];
}

function fits(column: ColumnSpec, input: TensorSpec, value: unknown): boolean {
  if (value === undefined || value === null || !isOfType[column.type](value)) return false;
  const cell = cellValue(column, input, value);
  const room = datatypeFacts(input.datatype).allocate(1);
  return cell !== missingCell && setElement(input.datatype, room, 0, cell) === undefined;
}

function shownMiddle({ type }: ColumnSpec, range: readonly [number, number]): number {
  const isWhole = type === 'integer';
  const middle = middleOf(range, isWhole);
  return isWhole ? middle : Number(middle.toPrecision(4));
}

/** Clients send what the definitions say, though the routes take more. */
const isOfType: Readonly<Record<ColumnSpec['type'], (value: unknown) => boolean>> = {
  numeric: (value) => typeof value === 'number',
  integer: Number.isInteger,
  character: (value) => typeof value === 'string',
  logical: (value) => typeof value === 'boolean',
  // model.json states no arrays, but values for all of them
  vector: () => true,
};

const fillers = { text: 'text', boolean: false, number: 0 };

function kindOf({ type }: ColumnSpec, { datatype }: TensorSpec): keyof typeof fillers {
  const { kind } = datatypeFacts(datatype);
  if (kind === 'text') return 'text';
  return kind === 'boolean' || type === 'logical' ? 'boolean' : 'number';
}

function nested(cell: unknown, [length, ...inner]: readonly number[]): unknown {
  return length === undefined ? cell : new Array(length).fill(nested(cell, inner));
}
