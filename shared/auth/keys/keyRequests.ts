import type { HttpCall } from '../../http/httpCall.js';
import { isModelName, modelNameRule } from '../../models/modelFolder.js';
import { fieldError } from '../../protocols/jsonObject.js';
import { accountNameOf } from '../accountName.js';
import { choiceField, fieldOf, readFields } from '../bodyFields.js';
import { roles } from '../principal.js';
import { boundOwner, keyNames, type KeyChange, type KeyName } from './keyStore.js';

const mostServices = 20;

/** Reads `PUT /keys/{client}`. Throws SCORE_ERR_BODY_* and SCORE_ERR_REQUEST_FIELD. */
export async function parseKeyRequest(call: HttpCall): Promise<KeyChange & { readonly client: string }> {
  const client = accountNameOf(call.params.client);
  const fields = await readFields(call, ['role', 'services']);
  const role = choiceField(fields, 'role', roles);
  const services = servicesOf(fieldOf(fields, 'services'));
  if (Array.isArray(services) && role === 'Owner') throw boundOwner();
  return { client, role, ...(services === undefined ? {} : { services }) };
}

/** Reads which key `POST /keys/{client}/regenerate` replaces. Throws as `parseKeyRequest`. */
export async function parseKeyName(call: HttpCall): Promise<KeyName> {
  return choiceField(await readFields(call, ['key']), 'key', keyNames);
}

function servicesOf(value: unknown): KeyChange['services'] {
  if (value === undefined || value === 'all') return value;
  if (!Array.isArray(value) || value.length === 0 || value.length > mostServices) {
    throw fieldError('/services', `expected a list of 1 to ${mostServices} models, or 'all'`);
  }
  return (value as unknown[]).map((name, i) => {
    if (typeof name === 'string' && isModelName(name)) return name;
    throw fieldError(`/services/${i}`, `the name of a model ${modelNameRule}`);
  });
}
