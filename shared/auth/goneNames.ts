import { ScoringError } from '../errors/scoringError.js';

/** The name of a user or client that was removed: jobs of its former holder may still be there. */
export interface GoneName {
  readonly name: string;
  readonly removedMs: number;
}

/** Beyond these the oldest are free again: they are read together with the accounts. */
const mostGone = 1000;

/** The names that are held after one more was removed. `keptMs`: how long each is. */
export function withGone(
  gone: readonly GoneName[],
  name: string,
  nowMs: number,
  keptMs: number,
): readonly GoneName[] {
  const held = gone.filter((one) => one.name !== name && one.removedMs + keptMs > nowMs);
  return [...held, { name, removedMs: nowMs }].slice(-mostGone);
}

/** Throws SCORE_ERR_ACCOUNT_NAME_HELD for a name that was removed less than `keptMs` ago. */
export function requireFree(gone: readonly GoneName[], name: string, nowMs: number, keptMs: number): void {
  const found = gone.find((one) => one.name === name);
  if (!found || found.removedMs + keptMs <= nowMs) return;
  const until = Number.isFinite(keptMs)
    ? `until ${new Date(found.removedMs + keptMs).toISOString()}`
    : 'for good';
  const message = `'${name}' was removed, and what belonged to it may still be there: the name is held ${until}`;
  throw new ScoringError('SCORE_ERR_ACCOUNT_NAME_HELD', message);
}
