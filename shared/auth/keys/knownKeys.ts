import type { Clock } from '../../clock.js';
import type { Principal } from '../principal.js';
import { keyNames, type KeyClient } from './keyStore.js';

/** A key that was removed elsewhere works no longer than this. */
const mostAgeMs = 5000;
/** From this age on they are read anew beside the calls, so that none has to wait while keys are in use. */
const readAgainMs = 2500;

/** No user has a name with a colon. */
const callerPrefix = 'key:';

/** Whether somebody calls with a key. */
export const isKeyCaller = ({ name }: Principal) => name.startsWith(callerPrefix);

/** Whose key is whose, as storage said it at most 5 s ago: a key that nobody has costs no read of its own. */
export class KnownKeys {
  #callers: ReadonlyMap<string, Principal> = new Map();
  #readMs = -Infinity;
  /** Gives false for a read that keys were changed under. */
  #reading: Promise<boolean> | undefined;

  constructor(
    private readonly list: () => Promise<readonly KeyClient[]>,
    private readonly clock: Clock,
  ) {}

  /** Who has the key with this SHA-256. No promise where nothing is waited for. Throws the errors of storage. */
  callerOf(sha256: string): Principal | undefined | Promise<Principal | undefined> {
    const ageMs = this.clock.nowMs() - this.#readMs;
    if (ageMs >= readAgainMs && !this.#reading) this.#reading = this.#read();
    if (ageMs < mostAgeMs || !this.#reading) return this.#callers.get(sha256);
    return this.#reading.then((isCurrent) => (isCurrent ? this.#callers.get(sha256) : this.callerOf(sha256)));
  }

  /** What is known counts no more: keys were changed here. */
  forget(): void {
    this.#readMs = -Infinity;
    this.#reading = undefined;
  }

  #read(): Promise<boolean> {
    const startMs = this.clock.nowMs();
    const reading: Promise<boolean> = this.list()
      .then((clients) => {
        if (this.#reading !== reading) return false;
        this.#callers = new Map(clients.flatMap(callersOf));
        this.#readMs = startMs;
        return true;
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    // who waits for it hears of the fault; beside the calls the next one reads again
    reading.catch(() => undefined);
    return reading;
  }
}

function callersOf({ client, role, services, ...keys }: KeyClient): (readonly [string, Principal])[] {
  const caller = { name: `${callerPrefix}${client}`, role, ...(services === undefined ? {} : { services }) };
  return keyNames.map((name) => [keys[name].sha256, caller] as const);
}
