import { jsonTypeOf } from '../../tensors/setElement.js';
import { asObject, fieldError, own, pointerStep, type JsonObject } from '../jsonObject.js';

/**
 * Checks the `parameters` of a request, input or output. Reserved and unknown names are legal; values are texts,
 * numbers or booleans. Throws SCORE_ERR_REQUEST_FIELD.
 */
export function checkParameters(holder: JsonObject, place: string): void {
  const parameters = own(holder, 'parameters');
  if (parameters === undefined || parameters === null) return;
  for (const [key, value] of Object.entries(asObject(parameters, `${place}/parameters`))) {
    if (typeof value === 'object' && value !== null) {
      const message = `expected a text, number or boolean, got ${jsonTypeOf(value)}`;
      throw fieldError(`${place}/parameters/${pointerStep(key)}`, message);
    }
  }
}
