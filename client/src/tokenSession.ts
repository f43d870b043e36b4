import { bearer, fixedCredentials, noCredentials, type Credentials, type Proof } from './credentials.js';
import { untilAborted, type CallOptions } from './deadline.js';
import { MLServerError } from './mlServerError.js';
import type { Transport } from './transport.js';

/** A login with user name and password. */
export interface PasswordLogin {
  readonly username: string;
  readonly password: string;
}

interface Tokens {
  readonly access: string;
  /** Undefined where the server gives none: then a new login takes its place. */
  readonly refresh: string | undefined;
  readonly renewAtMs: number;
}

/** A token is renewed when this share of its life is left, but at most this long before its end. */
const marginShare = 0.1;
const longestMarginMs = 60_000;

/**
 * Logs in at the first request, renews the access token before it expires and after a 401, and logs in again when the
 * refresh token is no longer valid. One renewal at a time, whoever waits for it.
 */
export class TokenSession implements Credentials {
  readonly #transport: Transport;
  readonly #login: PasswordLogin;
  readonly #nowMs: () => number;
  #tokens: Tokens | undefined;
  #renewal: Promise<Tokens> | undefined;

  constructor(transport: Transport, { username, password }: PasswordLogin, nowMs: () => number) {
    this.#transport = transport;
    this.#login = { username, password };
    this.#nowMs = nowMs;
  }

  async headers(signal: AbortSignal): Promise<Proof> {
    const tokens = this.#tokens;
    if (tokens && this.#nowMs() < tokens.renewAtMs) return bearer(tokens.access);
    return bearer((await this.#renewed(signal)).access);
  }

  async renew(used: Proof, signal: AbortSignal): Promise<Proof> {
    const current = this.#tokens && bearer(this.#tokens.access);
    // another call may have renewed it while this one was under way
    if (current && current.authorization !== used.authorization) return current;
    return bearer((await this.#renewed(signal)).access);
  }

  /** Gives the refresh token back to the server; the next request logs in again. */
  async end(options: CallOptions): Promise<void> {
    const tokens = this.#tokens;
    this.#tokens = undefined;
    if (tokens?.refresh === undefined) return;
    const path = `/login/refreshToken?refreshToken=${encodeURIComponent(tokens.refresh)}`;
    await this.#transport.text({ method: 'DELETE', path }, fixedCredentials(bearer(tokens.access)), options);
  }

  /** Not under the signal of the caller: others may wait for the same renewal. */
  #renewed(signal: AbortSignal): Promise<Tokens> {
    this.#renewal ??= this.#newTokens().finally(() => (this.#renewal = undefined));
    const renewal = this.#renewal;
    // every caller may be gone when it fails
    renewal.catch(() => undefined);
    return untilAborted(signal, () => renewal);
  }

  async #newTokens(): Promise<Tokens> {
    const refresh = this.#tokens?.refresh;
    this.#tokens = (await this.#refreshed(refresh)) ?? (await this.#ask('/login', this.#login));
    return this.#tokens;
  }

  async #refreshed(refreshToken: string | undefined): Promise<Tokens | undefined> {
    if (refreshToken === undefined) return undefined;
    try {
      return await this.#ask('/login/refreshToken', { refreshToken });
    } catch (error) {
      // used up, expired or revoked: a login is asked for
      if (error instanceof MLServerError && error.status >= 400 && error.status < 500) return undefined;
      throw error;
    }
  }

  async #ask(path: string, json: object): Promise<Tokens> {
    const askedMs = this.#nowMs();
    const answer = await this.#transport.json({ method: 'POST', path, json }, noCredentials);
    return parseTokens(answer, askedMs, path);
  }
}

function parseTokens(answer: unknown, askedMs: number, path: string): Tokens {
  const { access_token, refresh_token, expires_in, expires_on } = (answer ?? {}) as Record<string, unknown>;
  if (typeof access_token !== 'string' || access_token === '') {
    throw new MLServerError(`${path} was answered without access_token`, { status: 200, body: answer });
  }
  const expiresMs = expiryOf(expires_in, expires_on, askedMs);
  const marginMs = Math.min(longestMarginMs, (expiresMs - askedMs) * marginShare);
  return {
    access: access_token,
    refresh: typeof refresh_token === 'string' && refresh_token !== '' ? refresh_token : undefined,
    renewAtMs: expiresMs - marginMs,
  };
}

/** `expires_in` first: it does not depend on the clocks of both sides. Some servers give texts. */
function expiryOf(expiresIn: unknown, expiresOn: unknown, askedMs: number): number {
  const lifeS = secondsOf(expiresIn);
  if (lifeS !== undefined) return askedMs + lifeS * 1000;
  const endMs = (secondsOf(expiresOn) ?? Infinity) * 1000;
  // a new token that is over already is a clock that is wrong: a 401 will tell
  return endMs > askedMs ? endMs : Infinity;
}

function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : undefined;
}
