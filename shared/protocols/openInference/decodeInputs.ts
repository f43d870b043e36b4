import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import { nameList } from '../../models/nameList.js';
import type { Signature, TensorSpec } from '../../models/signature.js';
import type { Tensor } from '../../tensors/datatypes.js';
import { fillTensor } from '../../tensors/fillTensor.js';
import { jsonTypeOf } from '../../tensors/setElement.js';
import { shapeFits, showShape } from '../../tensors/shape.js';
import { asObject, fieldError, own } from '../jsonObject.js';
import { checkParameters } from './checkParameters.js';

/**
 * Reads `inputs[]` of an inference request: every input of the model once, in any order, with its datatype and a shape
 * that fits. Throws SCORE_ERR_REQUEST_FIELD, _INPUT_UNKNOWN, _INPUT_MISSING, _INPUT_DATATYPE, _INPUT_SHAPE, _INPUT_VALUE.
 */
export function decodeInputs(inputs: unknown, signature: Signature): Record<string, Tensor> {
  if (!Array.isArray(inputs)) throw fieldError('/inputs', `expected an array, got ${jsonTypeOf(inputs)}`);
  const feeds: Record<string, Tensor> = {};
  for (const [i, entry] of inputs.entries()) {
    const pointer = `/inputs/${i}`;
    const input = asObject(entry, pointer);
    checkParameters(input, pointer);
    const name = own(input, 'name');
    if (typeof name !== 'string')
      throw fieldError(`${pointer}/name`, `expected a text, got ${jsonTypeOf(name)}`);
    const spec = signature.inputs.find((one) => one.name === name);
    if (!spec) throw unknownInput(name, pointer, signature);
    if (Object.hasOwn(feeds, name)) throw fieldError(`${pointer}/name`, `input '${name}' is given twice`);
    checkDatatype(spec, own(input, 'datatype'), pointer);
    const shape = readShape(spec, own(input, 'shape'), pointer);
    const target = {
      input: name,
      pointer: (steps: string) => `${pointer}/data${steps}`,
      datatype: spec.datatype,
      shape,
    };
    feeds[name] = fillTensor(target, own(input, 'data'));
  }
  const missing = signature.inputs.find((spec) => !Object.hasOwn(feeds, spec.name));
  if (missing) {
    const message = `input '${missing.name}' is missing: expected ${missing.datatype} ${showShape(missing.shape)}`;
    throw new ScoringError('SCORE_ERR_INPUT_MISSING', message, { places: [{ pointer: '/inputs', message }] });
  }
  return feeds;
}

function unknownInput(name: string, pointer: string, { inputs }: Signature): ScoringError {
  const message = `there is no input '${shownName(name)}': the model has ${nameList(inputs)}`;
  return new ScoringError('SCORE_ERR_INPUT_UNKNOWN', message, {
    places: [{ pointer: `${pointer}/name`, message }],
  });
}

function checkDatatype(spec: TensorSpec, datatype: unknown, pointer: string): void {
  if (datatype === spec.datatype) return;
  const came = typeof datatype === 'string' ? shownName(datatype) : jsonTypeOf(datatype);
  const message = `input '${spec.name}': expected datatype ${spec.datatype}, got ${came}`;
  throw new ScoringError('SCORE_ERR_INPUT_DATATYPE', message, {
    places: [{ pointer: `${pointer}/datatype`, message }],
  });
}

function notALength(value: unknown): string {
  if (typeof value !== 'number') return jsonTypeOf(value);
  if (value < 0) return 'a negative number';
  return Number.isFinite(value) && !Number.isInteger(value) ? 'a fraction' : 'one that is too large';
}

function readShape(spec: TensorSpec, shape: unknown, pointer: string): number[] {
  if (!Array.isArray(shape))
    throw fieldError(`${pointer}/shape`, `expected an array, got ${jsonTypeOf(shape)}`);
  const lengths = shape as number[];
  for (const [i, length] of lengths.entries()) {
    if (Number.isSafeInteger(length) && length >= 0) continue;
    throw fieldError(`${pointer}/shape/${i}`, `expected a length, got ${notALength(length)}`);
  }
  if (hidesLengths(lengths))
    throw fieldError(`${pointer}/shape`, 'a tensor without elements has lengths too large');
  if (shapeFits(lengths, spec.shape)) return lengths;
  const message = `input '${spec.name}': expected shape ${showShape(spec.shape)}, got ${showShape(lengths.slice(0, 10))}`;
  throw new ScoringError('SCORE_ERR_INPUT_SHAPE', message, {
    places: [{ pointer: `${pointer}/shape`, message }],
  });
}

/** [0, 20000000] costs its sender nothing and a sum over the first dimension 80 MB. */
function hidesLengths(lengths: readonly number[]): boolean {
  return lengths.includes(0) && lengths.reduce((size, length) => size * (length || 1), 1) > 1_000_000;
}
