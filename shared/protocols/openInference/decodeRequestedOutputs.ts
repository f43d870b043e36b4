import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import { nameList } from '../../models/nameList.js';
import type { Signature } from '../../models/signature.js';
import { jsonTypeOf } from '../../tensors/setElement.js';
import { asObject, fieldError, own } from '../jsonObject.js';
import { checkParameters } from './checkParameters.js';

/**
 * Reads `outputs[]` of an inference request: the graph outputs to compute, all when the list is absent or empty.
 * Throws SCORE_ERR_REQUEST_FIELD and SCORE_ERR_OUTPUT_UNKNOWN.
 */
export function decodeRequestedOutputs(outputs: unknown, signature: Signature): string[] {
  const all = signature.outputs.map((output) => output.name);
  if (outputs === undefined || outputs === null) return all;
  if (!Array.isArray(outputs)) throw fieldError('/outputs', `expected an array, got ${jsonTypeOf(outputs)}`);
  const names = outputs.map((entry, i) => {
    const pointer = `/outputs/${i}`;
    const output = asObject(entry, pointer);
    checkParameters(output, pointer);
    const name = own(output, 'name');
    if (typeof name !== 'string')
      throw fieldError(`${pointer}/name`, `expected a text, got ${jsonTypeOf(name)}`);
    if (all.includes(name)) return name;
    const message = `there is no output '${shownName(name)}': the model has ${nameList(signature.outputs)}`;
    throw new ScoringError('SCORE_ERR_OUTPUT_UNKNOWN', message, {
      places: [{ pointer: `${pointer}/name`, message }],
    });
  });
  return names.length === 0 ? all : [...new Set(names)];
}
