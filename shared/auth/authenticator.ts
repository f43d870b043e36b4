import { hash } from 'node:crypto';
import { ScoringError } from '../errors/scoringError.js';
import { keyPrefix } from './keys/keyStore.js';
import { isKeyCaller, type KnownKeys } from './keys/knownKeys.js';
import { localPrincipal, type Principal } from './principal.js';
import type { AccessTokens } from './tokens/accessTokens.js';
import type { KnownUsers } from './users/knownUsers.js';

/** Finds out who calls. */
export interface Authenticator {
  /** Throws SCORE_ERR_ACCESS_DENIED for a call without valid credentials. No promise where nothing is waited for. */
  callerOf(call: { readonly header: (name: string) => string | undefined }): Principal | Promise<Principal>;
  /** A caller with the role that he has now. Throws SCORE_ERR_ACCESS_DENIED when there is none, and the errors of storage. */
  asOfNow(caller: Principal): Principal | Promise<Principal>;
}

/** Everybody may do everything. */
export const noAuthenticator: Authenticator = { callerOf: () => localPrincipal, asOfNow: (caller) => caller };

const bearer = /^bearer +(\S+) *$/i;

/** Callers show a token or a key as `Authorization: Bearer`, or a key as `x-api-key`. `keys`: undefined without storage. */
export function openAuthenticator(
  tokens: AccessTokens,
  keys: KnownKeys | undefined,
  users: KnownUsers,
): Authenticator {
  return {
    callerOf({ header }) {
      const token = bearer.exec(header('authorization') ?? '')?.[1];
      const credential = token ?? header('x-api-key');
      if (credential === undefined || credential === '') {
        throw denied(
          'this route needs credentials: Authorization: Bearer with a token or a key, or x-api-key',
        );
      }
      const sha256 = hash('sha256', credential);
      if (!credential.startsWith(keyPrefix)) {
        if (token === undefined)
          throw denied('x-api-key takes keys alone: a token is sent as Authorization: Bearer');
        return tokens.known(sha256) ?? tokens.verify(credential, sha256);
      }
      const found = keys?.callerOf(sha256);
      return found instanceof Promise ? found.then(known) : known(found);
    },
    async asOfNow(caller) {
      // what keys may do is known as of 5 s ago already
      if (isKeyCaller(caller)) return caller;
      const now = await users.asOfNow(caller);
      if (now) return now;
      throw denied('the user of this token is gone, or the login has ended: log in again');
    },
  };
}

function known(caller: Principal | undefined): Principal {
  if (caller) return caller;
  throw denied('invalid key');
}

const denied = (message: string) => new ScoringError('SCORE_ERR_ACCESS_DENIED', message);
