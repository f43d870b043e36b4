import type { Clock } from '../../clock.js';
import { listAll, type BlobStore } from '../../storage/blobStore.js';
import { failuresPrefix } from '../login/failureBuckets.js';
import { failuresKeptMs } from '../login/loginFailures.js';
import { chainPrefix, idleMs } from './refreshTokens.js';

/** The clock of storage may differ from ours. */
const marginMs = 60 * 60_000;

/** Removes refresh tokens that have expired, and failed logins that nobody counts any more. Throws the errors of storage. */
export async function removeExpiredTokens(store: BlobStore, clock: Clock): Promise<void> {
  const nowMs = clock.wallMs();
  await removeOld(store, chainPrefix, nowMs - idleMs - marginMs);
  await removeOld(store, failuresPrefix, nowMs - failuresKeptMs - marginMs);
}

async function removeOld(store: BlobStore, prefix: string, beforeMs: number): Promise<void> {
  for await (const { name, modifiedMs } of listAll(store, 'state', prefix)) {
    if (modifiedMs < beforeMs) await store.remove({ container: 'state', name });
  }
}
