import type { HttpCall } from '../../http/httpCall.js';
import { readFields, textField } from '../bodyFields.js';

/** Name and password of `POST /login`. Throws SCORE_ERR_BODY_* and SCORE_ERR_REQUEST_FIELD. */
export async function parseLogin(call: HttpCall): Promise<{ username: string; password: string }> {
  const fields = await readFields(call);
  return { username: textField(fields, 'username'), password: textField(fields, 'password') };
}

/** The refresh token of a call: in the path, in the query, or in the body, by the age of the client. Throws as `parseLogin`. */
export async function parseRefreshToken(call: HttpCall): Promise<string> {
  const { refreshToken } = call.params;
  if (refreshToken !== undefined) return refreshToken;
  for (const [name, value] of call.query) if (name.toLowerCase() === 'refreshtoken') return value;
  return textField(await readFields(call), 'refreshToken');
}
