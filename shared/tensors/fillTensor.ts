import { ScoringError } from '../errors/scoringError.js';
import { datatypeFacts, type Datatype, type Tensor, type TensorData } from './datatypes.js';
import { jsonTypeOf, setElement } from './setElement.js';
import { elementCount, showShape } from './shape.js';

interface Target {
  /** Name of the input, for messages. */
  readonly input: string;
  /** JSON pointer of a place in the data, which is given as steps: `` for all of it, `/0/2` for an element. */
  readonly pointer: (steps: string) => string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/**
 * Makes a tensor from JSON data: one flat row-major array, or arrays nested as the shape says.
 *
 * Throws SCORE_ERR_INPUT_SHAPE where the lengths do not fit and SCORE_ERR_INPUT_VALUE for the first element that does
 * not fit the datatype; both name the input and the row (first dimension).
 */
export function fillTensor(target: Target, json: unknown): Tensor {
  const { datatype, shape, input, pointer } = target;
  const count = elementCount(shape);
  if (!Array.isArray(json)) {
    throw shapeError(target, '', undefined, `expected an array of ${count} values, got ${jsonTypeOf(json)}`);
  }
  // lengths are checked before memory is taken: a shape may promise more than the body holds
  const nested = json.length > 0 && Array.isArray(json[0]) && shape.length > 1;
  if (!nested && json.length !== count) {
    throw shapeError(
      target,
      '',
      undefined,
      `expected ${count} values for shape ${showShape(shape)}, got ${json.length}`,
    );
  }
  if (nested) checkLengths(target, json, 0, '');
  const data = datatypeFacts(datatype).allocate(count);
  if (nested) {
    fillNested(target, data, json, 0, 0, '');
  } else {
    const rowSize = shape.length === 0 ? 1 : Math.max(1, elementCount(shape.slice(1)));
    for (let i = 0; i < count; i++) {
      const problem = setElement(datatype, data, i, json[i]);
      if (problem) throw valueError(input, Math.floor(i / rowSize), pointer(`/${i}`), problem);
    }
  }
  return { datatype, shape, data };
}

function checkLengths(target: Target, json: unknown, axis: number, at: string): void {
  const expected = target.shape[axis] as number;
  const row = axis === 0 ? undefined : Number(at.split('/')[1]);
  if (!Array.isArray(json)) {
    throw shapeError(target, at, row, `expected an array of ${expected}, got ${jsonTypeOf(json)}`);
  }
  if (json.length !== expected) {
    throw shapeError(target, at, row, `expected ${expected} values in dimension ${axis}, got ${json.length}`);
  }
  if (axis + 1 < target.shape.length) {
    for (let i = 0; i < json.length; i++) checkLengths(target, json[i], axis + 1, `${at}/${i}`);
  }
}

function fillNested(
  target: Target,
  data: TensorData,
  json: unknown[],
  axis: number,
  start: number,
  at: string,
): number {
  let index = start;
  for (let i = 0; i < json.length; i++) {
    if (axis + 1 < target.shape.length) {
      index = fillNested(target, data, json[i] as unknown[], axis + 1, index, `${at}/${i}`);
    } else {
      const problem = setElement(target.datatype, data, index++, json[i]);
      if (problem) {
        const row = axis === 0 ? i : Number(at.split('/')[1]);
        throw valueError(target.input, row, target.pointer(`${at}/${i}`), problem);
      }
    }
  }
  return index;
}

/** A value that does not fit: names the input, the row, what was expected and what came. */
export function valueError(input: string, row: number, pointer: string, problem: string): ScoringError {
  const message = `input '${input}', row ${row}: ${problem}`;
  return new ScoringError('SCORE_ERR_INPUT_VALUE', message, { places: [{ pointer, message, row }] });
}

function shapeError(target: Target, at: string, row: number | undefined, problem: string): ScoringError {
  const where = row === undefined ? '' : `, row ${row}`;
  const message = `input '${target.input}'${where}: ${problem}`;
  const pointer = target.pointer(at);
  return new ScoringError('SCORE_ERR_INPUT_SHAPE', message, {
    places: [{ pointer, message, ...(row === undefined ? {} : { row }) }],
  });
}
