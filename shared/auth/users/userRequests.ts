import type { HttpCall } from '../../http/httpCall.js';
import { fieldError } from '../../protocols/jsonObject.js';
import { accountNameOf } from '../accountName.js';
import { choiceField, fieldOf, readFields, textField } from '../bodyFields.js';
import { roles, type Role } from '../principal.js';

const shortestPassword = 8;

/** A user who is to be made or changed. */
export interface UserRequest {
  readonly name: string;
  readonly role: Role;
  readonly password?: string;
}

/** Reads `PUT /users/{name}`. Throws SCORE_ERR_BODY_* and SCORE_ERR_REQUEST_FIELD. */
export async function parseUserRequest(call: HttpCall): Promise<UserRequest> {
  const name = accountNameOf(call.params.name);
  const fields = await readFields(call, ['role', 'password']);
  const role = choiceField(fields, 'role', roles);
  if (fieldOf(fields, 'password') === undefined) return { name, role };
  const password = textField(fields, 'password');
  if (password.length < shortestPassword) {
    throw fieldError('/password', `expected at least ${shortestPassword} characters`);
  }
  return { name, role, password };
}
