import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { ScoringError } from '../../errors/scoringError.js';
import type { Log } from '../../log.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';
import { readJsonBlob, writeJsonBlob } from '../../storage/jsonBlob.js';
import type { User } from '../users/user.js';

const dayMs = 24 * 60 * 60_000;
/** A token that is not used for so long has expired, and so has one of a login this long ago (contract 1.1). */
export const idleMs = 14 * dayMs;
const chainMs = 90 * dayMs;

/** Blobs below `state`, one for each login. */
export const chainPrefix = 'tokens/';

/** The tokens that come from one login, of which the last is valid. */
interface Chain {
  readonly user: string;
  /** Of the password's hash: a new password ends what the old one began. */
  readonly passwordSha256: string;
  /** Of the valid token. */
  readonly sha256: string;
  readonly createdMs: number;
  readonly usedMs: number;
}

const idBytes = 16;
const secretBytes = 32;
const loginPattern = /^[\w-]{22}$/;
const tokenPattern = /^([\w-]{22})([\w-]{43})$/;

/**
 * Refresh tokens: opaque, 256 bit behind the id of their chain, of which only the hash is stored. Each use makes a new one.
 * One that was used comes a second time from somebody who should not have it: then the chain ends.
 *
 * Throws the errors of storage.
 */
export class RefreshTokens {
  constructor(
    private readonly open: () => BlobStore,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly onEnd: () => void,
  ) {}

  /** The first token of a login. `login`: what tells its tokens from others. */
  async begin(user: User): Promise<{ readonly token: string; readonly login: string }> {
    const id = randomBytes(idBytes).toString('base64url');
    const token = newToken(id);
    const nowMs = this.clock.wallMs();
    const chain: Chain = {
      user: user.name,
      passwordSha256: hash('sha256', user.passwordHash),
      sha256: hash('sha256', token),
      createdMs: nowMs,
      usedMs: nowMs,
    };
    await writeJsonBlob(this.open(), addressOf(id), chain, 'absent');
    return { token, login: id };
  }

  /** Whether a login of this user has not ended. */
  async isLive(login: string, user: User): Promise<boolean> {
    if (!loginPattern.test(login)) return false;
    const chain = (await readJsonBlob<Chain>(this.open(), addressOf(login)))?.value;
    return chain !== undefined && isOf(chain, user);
  }

  /** Takes a token for the next one. `findUser`: as the user is now. Throws SCORE_ERR_LOGIN_FAILED. */
  async rotate(
    token: string,
    findUser: (name: string) => Promise<User | undefined>,
  ): Promise<{ readonly user: User; readonly token: string; readonly login: string }> {
    const { id, chain, etag } = await this.#find(token);
    const nowMs = this.clock.wallMs();
    if (nowMs >= chain.usedMs + idleMs || nowMs >= chain.createdMs + chainMs) {
      throw await this.#ended(id, 'expired refresh token: log in again');
    }
    const user = await findUser(chain.user);
    if (!user || !isOf(chain, user)) {
      throw await this.#ended(id, 'the refresh token is revoked: log in again');
    }
    const next = newToken(id);
    const renewed: Chain = { ...chain, sha256: hash('sha256', next), usedMs: nowMs };
    if ((await writeJsonBlob(this.open(), addressOf(id), renewed, { etag })) === 'conflict') {
      throw await this.#usedTwice(id);
    }
    return { user, token: next, login: id };
  }

  /** Ends the chain of a token. Throws SCORE_ERR_LOGIN_FAILED for one that is not valid. */
  async revoke(token: string): Promise<void> {
    const { id } = await this.#find(token);
    await this.#end(id);
  }

  async #find(token: string): Promise<{ id: string; chain: Chain; etag: string }> {
    const id = tokenPattern.exec(token)?.[1];
    const found = id === undefined ? undefined : await readJsonBlob<Chain>(this.open(), addressOf(id));
    if (id === undefined || !found) throw refused('the refresh token is not valid: log in again');
    const given = hash('sha256', token, 'buffer');
    if (!timingSafeEqual(given, Buffer.from(found.value.sha256, 'hex'))) throw await this.#usedTwice(id);
    return { id, chain: found.value, etag: found.etag };
  }

  #usedTwice(id: string): Promise<ScoringError> {
    this.log.warn('a refresh token was used twice; the tokens of its login are revoked');
    return this.#ended(id, 'the refresh token was used before: log in again');
  }

  async #ended(id: string, message: string): Promise<ScoringError> {
    await this.#end(id);
    return refused(message);
  }

  async #end(id: string): Promise<void> {
    await this.open().remove(addressOf(id));
    this.onEnd();
  }
}

const isOf = ({ user, passwordSha256 }: Chain, { name, passwordHash }: User) =>
  user === name && hash('sha256', passwordHash) === passwordSha256;

const newToken = (id: string) => id + randomBytes(secretBytes).toString('base64url');

const addressOf = (id: string): BlobAddress => ({ container: 'state', name: `${chainPrefix}${id}.json` });

const refused = (message: string) => new ScoringError('SCORE_ERR_LOGIN_FAILED', message);
