import { ScoringError } from '../errors/scoringError.js';
import { datatypeFacts, type Datatype, type Tensor } from './datatypes.js';
import { checkLengths, fillData, type DataFault } from './fillData.js';
import { elementCount } from './shape.js';

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
  const { datatype, shape } = target;
  const misfit = checkLengths(shape, json);
  if (misfit) throw dataError(target, misfit);
  const data = datatypeFacts(datatype).allocate(elementCount(shape));
  // an array, or its lengths would not fit
  const fault = fillData(datatype, shape, data, 0, json as unknown[]);
  if (fault) throw dataError(target, fault);
  return { datatype, shape, data };
}

/** A value that does not fit: names the input, the row, what was expected and what came. */
export function valueError(input: string, row: number, pointer: string, problem: string): ScoringError {
  const message = `input '${input}', row ${row}: ${problem}`;
  return new ScoringError('SCORE_ERR_INPUT_VALUE', message, { places: [{ pointer, message, row }] });
}

function dataError({ input, pointer }: Target, { kind, at, row, problem }: DataFault): ScoringError {
  if (kind === 'value') return valueError(input, row ?? 0, pointer(at), problem);
  const where = row === undefined ? '' : `, row ${row}`;
  const message = `input '${input}'${where}: ${problem}`;
  return new ScoringError('SCORE_ERR_INPUT_SHAPE', message, {
    places: [{ pointer: pointer(at), message, ...(row === undefined ? {} : { row }) }],
  });
}
