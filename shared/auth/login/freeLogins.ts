import { randomBytes } from 'node:crypto';
import { localPrincipal } from '../principal.js';
import type { AccessTokens } from '../tokens/accessTokens.js';
import type { Logins } from './logins.js';
import { tokenAnswer, type TokenAnswer } from './tokenAnswer.js';

const longestName = 100;

/**
 * Logins where access is off: any name and any password do, for clients that must log in. Nothing is stored, and
 * `accessTokens` must have a key of its own, so that no token is worth anything where access is on.
 */
export function freeLogins(accessTokens: AccessTokens): Logins {
  const answer = async (name: string): Promise<TokenAnswer> =>
    tokenAnswer(
      await accessTokens.issue({ name: name.slice(0, longestName), role: localPrincipal.role }),
      randomBytes(32).toString('base64url'),
    );
  return {
    logIn: (username) => answer(username),
    refresh: () => answer(localPrincipal.name),
    revoke: () => Promise.resolve(),
  };
}
