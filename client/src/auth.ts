import {
  fixedCredentials,
  bearer,
  noCredentials,
  providedCredentials,
  type Credentials,
  type TokenProvider,
} from './credentials.js';
import { TokenSession, type PasswordLogin } from './tokenSession.js';
import type { Transport } from './transport.js';

/**
 * Who calls: a login, which is renewed by itself; an access token; an API key; or a function that gives an access token
 * whenever one is needed.
 */
export type Auth = PasswordLogin | { readonly token: string } | { readonly key: string } | TokenProvider;

/** The credentials of a caller. */
export function credentialsOf(auth: Auth | undefined, transport: Transport): Credentials {
  if (auth === undefined) return noCredentials;
  if (typeof auth === 'function') return providedCredentials(auth);
  if ('token' in auth) return fixedCredentials(bearer(auth.token));
  if ('key' in auth) return fixedCredentials({ [keyHeader]: auth.key });
  return new TokenSession(transport, auth, () => Date.now());
}

const keyHeader = 'x-api-key';
