import type { Datatype, TensorData } from './datatypes.js';
import { jsonTypeOf, setElement } from './setElement.js';
import { elementCount, showShape } from './shape.js';

/** Where JSON data does not make a tensor, and why. */
export interface DataFault {
  readonly kind: 'shape' | 'value';
  /** Steps of a JSON pointer within the data. */
  readonly at: string;
  /** Index in the first dimension, where the fault lies within one row. */
  readonly row?: number;
  /** What was expected and what came, without the value. */
  readonly problem: string;
}

/**
 * Whether JSON data, one flat row-major array or arrays nested as the shape says, has the lengths of a shape. Comes
 * before memory is taken: a shape may promise more than the body holds.
 */
export function checkLengths(shape: readonly number[], json: unknown): DataFault | undefined {
  const count = elementCount(shape);
  if (!Array.isArray(json)) {
    return {
      kind: 'shape',
      at: '',
      problem: `expected an array of ${count} values, got ${jsonTypeOf(json)}`,
    };
  }
  if (isNested(shape, json)) return checkAxis(shape, json, 0, '');
  if (json.length === count) return undefined;
  const problem = `expected ${count} values for shape ${showShape(shape)}, got ${json.length}`;
  return { kind: 'shape', at: '', problem };
}

/** Writes JSON data whose lengths were checked into `data`, from element `from` on; stops at the first that does not fit. */
export function fillData(
  datatype: Datatype,
  shape: readonly number[],
  data: TensorData,
  from: number,
  json: readonly unknown[],
): DataFault | undefined {
  if (isNested(shape, json)) return fillAxis({ datatype, shape, data, next: from }, json, 0, '');
  const rowSize = shape.length === 0 ? 1 : Math.max(1, elementCount(shape.slice(1)));
  for (let i = 0; i < json.length; i++) {
    const problem = setElement(datatype, data, from + i, json[i]);
    if (problem) return { kind: 'value', at: `/${i}`, row: Math.floor(i / rowSize), problem };
  }
  return undefined;
}

const isNested = (shape: readonly number[], json: readonly unknown[]) =>
  json.length > 0 && Array.isArray(json[0]) && shape.length > 1;

function checkAxis(shape: readonly number[], json: unknown, axis: number, at: string): DataFault | undefined {
  const expected = shape[axis] as number;
  const fault = (problem: string): DataFault => {
    return { kind: 'shape', at, ...(axis === 0 ? {} : { row: Number(at.split('/')[1]) }), problem };
  };
  if (!Array.isArray(json)) return fault(`expected an array of ${expected}, got ${jsonTypeOf(json)}`);
  if (json.length !== expected) {
    return fault(`expected ${expected} values in dimension ${axis}, got ${json.length}`);
  }
  if (axis + 1 === shape.length) return undefined;
  for (let i = 0; i < json.length; i++) {
    const inner = checkAxis(shape, json[i], axis + 1, `${at}/${i}`);
    if (inner) return inner;
  }
  return undefined;
}

interface Filling {
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
  /** Element that is written next. */
  next: number;
}

function fillAxis(
  filling: Filling,
  json: readonly unknown[],
  axis: number,
  at: string,
): DataFault | undefined {
  for (let i = 0; i < json.length; i++) {
    if (axis + 1 < filling.shape.length) {
      const inner = fillAxis(filling, json[i] as unknown[], axis + 1, `${at}/${i}`);
      if (inner) return inner;
    } else {
      const problem = setElement(filling.datatype, filling.data, filling.next++, json[i]);
      if (problem) {
        const row = axis === 0 ? i : Number(at.split('/')[1]);
        return { kind: 'value', at: `${at}/${i}`, row, problem };
      }
    }
  }
  return undefined;
}
