import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { ScoringError } from '../../errors/scoringError.js';
import { roles, type Principal } from '../principal.js';
import type { TokenKeys } from './tokenKeys.js';

/** As in Machine Learning Server (contracts/machine-learning-server.md 1.1). */
export const accessTokenS = 3600;

const algorithm = 'HS512';
const issuer = 'warmstart';
const longestToken = 4096;
/** Tokens that are remembered as verified, at most. */
const mostVerified = 10_000;

interface Verified {
  readonly principal: Principal;
  readonly expiresMs: number;
}

/** Access tokens: JWTs that tell name and role of a user for an hour. The library is loaded by the first one. */
export class AccessTokens {
  /** By SHA-256: the tokens themselves are not kept. */
  readonly #verified = new Map<string, Verified>();

  constructor(
    private readonly keys: TokenKeys,
    private readonly clock: Clock,
  ) {}

  /** Makes a token. `expiresS`: seconds since 1970. */
  async issue({
    name,
    role,
    login,
  }: Principal): Promise<{ readonly token: string; readonly expiresS: number }> {
    const [{ SignJWT }, key] = await Promise.all([import('jose'), this.keys.current()]);
    const issuedS = Math.floor(this.clock.wallMs() / 1000);
    const expiresS = issuedS + accessTokenS;
    const token = await new SignJWT({ role, ...(login === undefined ? {} : { sid: login }) })
      .setProtectedHeader({ alg: algorithm, kid: key.id, typ: 'JWT' })
      .setIssuer(issuer)
      .setSubject(name)
      .setIssuedAt(issuedS)
      .setExpirationTime(expiresS)
      .setJti(randomUUID())
      .sign(key.secret);
    return { token, expiresS };
  }

  /** Whose token it is, where it was verified before and has not expired. */
  known(sha256: string): Principal | undefined {
    const found = this.#verified.get(sha256);
    if (found === undefined || this.clock.wallMs() < found.expiresMs) return found?.principal;
    this.#verified.delete(sha256);
    return undefined;
  }

  /** Whose token it is. Throws SCORE_ERR_ACCESS_DENIED, and the errors of storage where the keys are there. */
  async verify(token: string, sha256: string): Promise<Principal> {
    if (token.length > longestToken) throw invalidToken();
    const { errors, jwtVerify } = await import('jose');
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = kid === undefined ? undefined : await this.keys.find(kid);
          if (!key) throw invalidToken();
          return key.secret;
        },
        {
          algorithms: [algorithm],
          issuer,
          requiredClaims: ['sub', 'role', 'exp', 'jti'],
          currentDate: new Date(this.clock.wallMs()),
        },
      );
      const role = roles.find((one) => one === payload.role);
      if (payload.sub === undefined || role === undefined || payload.exp === undefined) throw invalidToken();
      const login = typeof payload.sid === 'string' ? { login: payload.sid } : {};
      const verified = { principal: { name: payload.sub, role, ...login }, expiresMs: payload.exp * 1000 };
      this.#remember(sha256, verified);
      return verified.principal;
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw denied('expired access token: log in again, or refresh it');
      throw error instanceof errors.JOSEError ? invalidToken() : error;
    }
  }

  #remember(sha256: string, verified: Verified): void {
    if (this.#verified.size >= mostVerified) {
      for (const oldest of this.#verified.keys()) {
        this.#verified.delete(oldest);
        break;
      }
    }
    this.#verified.set(sha256, verified);
  }
}

const denied = (message: string) => new ScoringError('SCORE_ERR_ACCESS_DENIED', message);
const invalidToken = () => denied('invalid access token');
