import { ScoringError } from '../../errors/scoringError.js';
import type { Principal } from '../principal.js';
import type { AccessTokens } from '../tokens/accessTokens.js';
import type { RefreshTokens } from '../tokens/refreshTokens.js';
import type { User } from '../users/user.js';
import type { LoginFailures } from './loginFailures.js';
import type { LoginGate } from './loginGate.js';
import { decoyHash, verifyPassword } from './passwordHash.js';
import { tokenAnswer, type TokenAnswer } from './tokenAnswer.js';

/** Logging in and out. */
export interface Logins {
  /** Throws SCORE_ERR_LOGIN_FAILED, SCORE_ERR_LOGIN_LOCKED, SCORE_ERR_QUEUE_FULL, and the errors of storage. */
  logIn(username: string, password: string): Promise<TokenAnswer>;
  /** New tokens for a refresh token, which is used up. Throws SCORE_ERR_LOGIN_FAILED, and the errors of storage. */
  refresh(refreshToken: string): Promise<TokenAnswer>;
  /** Ends what came from a login. Throws as `refresh`. */
  revoke(refreshToken: string): Promise<void>;
}

/** What logins of users work with. */
interface UserLoginParts {
  readonly findUser: (name: string) => Promise<User | undefined>;
  /** Asks storage alike for every name. */
  readonly findForLogin: (name: string) => Promise<User | undefined>;
  readonly failures: LoginFailures;
  readonly gate: LoginGate;
  readonly accessTokens: AccessTokens;
  /** Undefined where no storage is configured. */
  readonly refreshTokens: RefreshTokens | undefined;
}

/** Logins by user name and password. */
export function userLogins({
  findUser,
  findForLogin,
  failures,
  gate,
  accessTokens,
  refreshTokens,
}: UserLoginParts): Logins {
  const kept = (): RefreshTokens => {
    if (refreshTokens) return refreshTokens;
    const message = 'refresh tokens are kept in storage: WARMSTART_STORAGE is not set; log in again instead';
    throw new ScoringError('SCORE_ERR_STORAGE_MISSING', message);
  };
  return {
    async logIn(username, password) {
      const look = () => failures.refuseLocked(username);
      const user = await gate(username, look, async () => {
        const found = await findForLogin(username);
        await failures.begin(username);
        if (!(await verifyPassword(password, found?.passwordHash ?? decoyHash)) || !found) {
          throw new ScoringError('SCORE_ERR_LOGIN_FAILED', 'user name or password is wrong');
        }
        await failures.forget(username);
        return found;
      });
      const first = await refreshTokens?.begin(user);
      const access = await accessTokens.issue({ ...callerOf(user), ...(first && { login: first.login }) });
      return tokenAnswer(access, first?.token ?? '');
    },
    async refresh(refreshToken) {
      const { user, token, login } = await kept().rotate(refreshToken, findUser);
      return tokenAnswer(await accessTokens.issue({ ...callerOf(user), login }), token);
    },
    async revoke(refreshToken) {
      await kept().revoke(refreshToken);
    },
  };
}

const callerOf = ({ name, role }: User): Principal => ({ name, role });
