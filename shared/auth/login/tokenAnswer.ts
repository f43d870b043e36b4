import { accessTokenS } from '../tokens/accessTokens.js';

/** What a login answers, as Machine Learning Server names it (contracts/machine-learning-server.md 1.1). */
export interface TokenAnswer {
  readonly token_type: 'Bearer';
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  /** Seconds since 1970. */
  readonly expires_on: number;
  /** Empty where none can be kept. */
  readonly refresh_token: string;
}

/** The tokens of a login. */
export function tokenAnswer(
  { token, expiresS }: { readonly token: string; readonly expiresS: number },
  refreshToken: string,
): TokenAnswer {
  return {
    token_type: 'Bearer',
    access_token: token,
    expires_in: accessTokenS,
    expires_on: expiresS,
    refresh_token: refreshToken,
  };
}

/** The same form without tokens, for clients that read the answer to a logout. */
export const noTokens: TokenAnswer = {
  token_type: 'Bearer',
  access_token: '',
  expires_in: 0,
  expires_on: 0,
  refresh_token: '',
};
