import type { ProxyAction, StorageProxy } from '../support/storageProxy.js';

/** What happens to a storage call. `all`: to every try of it, so that the call as a whole fails. */
export interface SweepFault {
  readonly action: ProxyAction & string;
  readonly all: boolean;
}

/** Every fault of one call, and those that outlast its tries. */
export const sweepFaults: readonly SweepFault[] = [
  { action: '503', all: false },
  { action: 'drop-before', all: false },
  { action: 'drop-after', all: false },
  { action: '503', all: true },
  { action: 'drop-after', all: true },
];

/** Tries of one call (shared/storage/tries.ts). */
const triesOfCall = 6;

/** Meets the n-th call, and with `all` the repeats of the same one. */
export function faultAt(n: number, { action, all }: SweepFault): StorageProxy['onCall'] {
  let hit: string | undefined;
  let left = all ? triesOfCall : 1;
  return (at, { method, url }) => {
    const call = `${method} ${url}`;
    if (at === n) hit = call;
    if (hit === undefined || call !== hit || left === 0) return 'pass';
    left--;
    return action;
  };
}
