import { jsonTypeOf } from '../../tensors/setElement.js';
import { asObject, fieldError, own, pointerStep } from '../jsonObject.js';
import { parseJson } from '../parseJson.js';

/** Reads `{"version": "1.0.0"}`, the body of an alias. Throws SCORE_ERR_REQUEST_FIELD and SCORE_ERR_BODY_*. */
export function parseAliasTarget(body: Uint8Array): string {
  const request = asObject(parseJson(body, { exactIntegers: false }), '');
  const stray = Object.keys(request).find((key) => key !== 'version');
  if (stray !== undefined) throw fieldError(`/${pointerStep(stray)}`, 'there is no such key; send version');
  const version = own(request, 'version');
  if (typeof version === 'string') return version;
  throw fieldError('/version', `expected a text, got ${jsonTypeOf(version)}`);
}
