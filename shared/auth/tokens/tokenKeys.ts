import { hkdfSync, randomBytes } from 'node:crypto';
import { ScoringError } from '../../errors/scoringError.js';

/** A key of access tokens; its id stands in their header. */
export interface TokenKey {
  readonly id: string;
  /** 64 bytes, as HS512 asks. */
  readonly secret: Uint8Array;
}

/** The keys that access tokens are signed with. All instances have the same. */
export interface TokenKeys {
  /** The key for new tokens. */
  current(): Promise<TokenKey>;
  /** A key whose tokens are accepted; undefined when there is none. */
  find(id: string): Promise<TokenKey | undefined>;
}

/** Keys made of the secrets of the setting WARMSTART_TOKEN_SECRET: the first signs, all are accepted. */
export function tokenKeysOf(secrets: readonly string[]): TokenKeys {
  const keys = secrets.map((secret) => ({
    id: Buffer.from(hkdfSync('sha512', secret, '', 'warmstart key id', 9)).toString('base64url'),
    secret: new Uint8Array(hkdfSync('sha512', secret, '', 'warmstart access token', 64)),
  }));
  return {
    async current() {
      const [first] = keys;
      if (first) return Promise.resolve(first);
      const message = 'a login needs WARMSTART_TOKEN_SECRET or WARMSTART_STORAGE, and neither is set';
      throw new ScoringError('SCORE_ERR_STORAGE_MISSING', message);
    },
    find: (id) => Promise.resolve(keys.find((key) => key.id === id)),
  };
}

/** A key of this process alone: nobody else takes its tokens. */
export function ownTokenKeys(): TokenKeys {
  return tokenKeysOf([randomBytes(64).toString('base64url')]);
}
