import type { Clock } from '../../clock.js';
import type { Principal } from '../principal.js';
import type { User } from './user.js';

/** What was changed elsewhere counts no later than this. */
const mostAgeMs = 5000;
const mostKnown = 1000;

interface Known {
  readonly readMs: number;
  readonly caller: Promise<Principal | undefined>;
}

/** Callers with tokens as storage said at most 5 s ago: whether there is the user, his role, and whether his login has ended. */
export class KnownUsers {
  readonly #known = new Map<string, Known>();

  /** `isLive`: whether a login has not ended. */
  constructor(
    private readonly find: (name: string) => Promise<User | undefined>,
    private readonly isLive: (login: string, user: User) => Promise<boolean>,
    private readonly clock: Clock,
  ) {}

  /** Undefined where there is no such user, or the login has ended. Throws the errors of storage. */
  asOfNow({ name, login }: Principal): Promise<Principal | undefined> {
    const key = JSON.stringify([name, login]);
    const nowMs = this.clock.nowMs();
    const found = this.#known.get(key);
    if (found && nowMs - found.readMs < mostAgeMs) return found.caller;
    const known = { readMs: nowMs, caller: this.#read(name, login) };
    this.#keep(key, known);
    known.caller.catch(() => {
      if (this.#known.get(key) === known) this.#known.delete(key);
    });
    return known.caller;
  }

  /** What is known counts no more: users or logins were changed here. */
  forget(): void {
    this.#known.clear();
  }

  async #read(name: string, login: string | undefined): Promise<Principal | undefined> {
    const user = await this.find(name);
    if (!user || (login !== undefined && !(await this.isLive(login, user)))) return undefined;
    return { name, role: user.role, ...(login === undefined ? {} : { login }) };
  }

  #keep(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size <= mostKnown) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }
}
