import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Settings } from '../settings.js';
import type { BlobStore } from '../storage/blobStore.js';
import type { AccessMode } from './access.js';
import { noAuthenticator, openAuthenticator, type Authenticator } from './authenticator.js';
import { KeyStore } from './keys/keyStore.js';
import { KnownKeys } from './keys/knownKeys.js';
import { boundedQueue } from './login/boundedQueue.js';
import { freeLogins } from './login/freeLogins.js';
import { LoginFailures } from './login/loginFailures.js';
import { openLoginGate } from './login/loginGate.js';
import { userLogins, type Logins } from './login/logins.js';
import { hashPassword } from './login/passwordHash.js';
import type { Principal } from './principal.js';
import { AccessTokens } from './tokens/accessTokens.js';
import { RefreshTokens } from './tokens/refreshTokens.js';
import { StoredTokenKeys } from './tokens/storedTokenKeys.js';
import { ownTokenKeys, tokenKeysOf } from './tokens/tokenKeys.js';
import { KnownUsers } from './users/knownUsers.js';
import { UserStore } from './users/userStore.js';

/** Who may call, and how they show who they are. */
export interface Auth {
  readonly authenticator: Authenticator;
  readonly logins: Logins;
  readonly users: UserStore;
  readonly keys: KeyStore;
  /** For new passwords: logins do not hold it up. Throws SCORE_ERR_QUEUE_FULL. */
  hashPassword(password: string): Promise<string>;
  /** Unlocks a name that gets a new password. Throws the errors of storage. */
  forgetFailures(name: string): Promise<void>;
  /** An access token for the host itself, which asks its own routes. */
  tokenFor(principal: Principal): Promise<string>;
}

interface AuthParts {
  readonly mode: AccessMode;
  readonly settings: Pick<Settings, 'storage' | 'users' | 'tokenSecrets' | 'jobRetentionDays'>;
  /** Throws SCORE_ERR_STORAGE_MISSING where no storage is configured. */
  readonly store: () => BlobStore;
  readonly clock: Clock;
  readonly log: Log;
}

const dayMs = 24 * 60 * 60_000;
const mostNewPasswords = 20;

/** Puts the parts together. Nothing is read or opened before the first call that needs it. */
export function createAuth({ mode, settings, store, clock, log }: AuthParts): Auth {
  const open = settings.storage === undefined ? undefined : store;
  // 0: jobs are kept for good
  const goneKeptMs = (settings.jobRetentionDays || Infinity) * dayMs;
  const users = new UserStore(settings.users, open, {
    goneKeptMs,
    onChange: () => {
      knownUsers.forget();
    },
  });
  const refreshTokens =
    open &&
    new RefreshTokens(open, clock, log, () => {
      knownUsers.forget();
    });
  const knownUsers = new KnownUsers(
    (name) => users.find(name),
    // a login of a time with storage cannot be looked up without
    async (login, user) => (refreshTokens ? refreshTokens.isLive(login, user) : Promise.resolve(true)),
    clock,
  );
  const newPasswords = boundedQueue(1, mostNewPasswords, 'too many new passwords are waiting');
  const failures = new LoginFailures(open, clock);
  const keys = new KeyStore(store, goneKeptMs, () => {
    knownKeys.forget();
  });
  const knownKeys = new KnownKeys(() => keys.list(), clock);
  const accessTokens = new AccessTokens(tokenKeys(), clock);
  return {
    authenticator:
      mode === 'off'
        ? noAuthenticator
        : openAuthenticator(accessTokens, open ? knownKeys : undefined, knownUsers),
    logins: mode === 'off' ? freeLogins(accessTokens) : logins(),
    users,
    keys,
    hashPassword: (password) => newPasswords(() => hashPassword(password)),
    forgetFailures: (name) => failures.forget(name),
    tokenFor: async (principal) => (await accessTokens.issue(principal)).token,
  };

  function tokenKeys() {
    if (mode === 'off') return ownTokenKeys();
    if (settings.tokenSecrets.length > 0 || !open) return tokenKeysOf(settings.tokenSecrets);
    return new StoredTokenKeys(open, clock);
  }

  function logins(): Logins {
    return userLogins({
      findUser: (name) => users.find(name),
      findForLogin: (name) => users.findForLogin(name),
      gate: openLoginGate(),
      ...{ failures, accessTokens, refreshTokens },
    });
  }
}
