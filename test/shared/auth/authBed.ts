import { createAuth, type Auth } from '../../../shared/auth/auth.js';
import type { AccessMode } from '../../../shared/auth/access.js';
import type { Principal, Role } from '../../../shared/auth/principal.js';
import { hashPassword } from '../../../shared/auth/login/passwordHash.js';
import type { User } from '../../../shared/auth/users/user.js';
import { systemClock } from '../../../shared/clock.js';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { openBlobStore } from '../../../shared/storage/azureBlobStore.js';
import { listAll, type BlobStore } from '../../../shared/storage/blobStore.js';
import { startAzurite } from '../../support/azurite.js';
import { BatchClock } from '../../support/batch.js';
import { KeptLog } from '../../support/startServices.js';
import type { CleanUp } from '../../support/temporaryDir.js';

/** Access control as one instance has it, with a clock that the test moves. */
export interface Instance extends Auth {
  readonly clock: BatchClock;
  readonly log: KeptLog;
  /** Who shows this as a bearer. */
  callerWith(credential: string): Promise<Principal>;
}

interface InstanceOptions {
  readonly mode?: AccessMode;
  readonly users?: readonly User[];
  readonly tokenSecrets?: readonly string[];
  /** Undefined: no storage is configured. */
  readonly store?: BlobStore | undefined;
  readonly clock?: BatchClock;
}

/** A storage server that ends with the file. Calls of it are counted. */
export async function startStore(t: CleanUp): Promise<BlobStore & { readonly reads: () => number }> {
  const { connectionString } = await startAzurite(t);
  const store = openBlobStore({
    ...{ connection: connectionString, clock: systemClock, random: () => 0.5, log: new KeptLog() },
  });
  let reads = 0;
  return {
    ...store,
    read: (...given) => {
      reads++;
      return store.read(...given);
    },
    reads: () => reads,
  };
}

export function openInstance(options: InstanceOptions): Instance {
  const { mode = 'required', users = [], tokenSecrets = [], store, clock = new BatchClock() } = options;
  const log = new KeptLog();
  const auth = createAuth({
    mode,
    settings: { storage: store && 'configured', users, tokenSecrets, jobRetentionDays: 30 },
    store: () => {
      if (store) return store;
      throw new ScoringError('SCORE_ERR_STORAGE_MISSING', 'there is none');
    },
    ...{ clock, log },
  });
  return {
    ...auth,
    clock,
    log,
    // a throw becomes a rejection
    callerWith: async (credential) => auth.authenticator.callerOf({ header: bearerOf(credential) }),
  };
}

/** The headers of a call with this credential. */
export const bearerOf = (credential: string) => (name: string) =>
  name === 'authorization' ? `Bearer ${credential}` : undefined;

/** The password of every user that `userOf` makes. */
export const password = 'correct horse';

export async function userOf(name: string, role: Role = 'Reader'): Promise<User> {
  return { name, role, passwordHash: await hashPassword(password) };
}

/** The names of the blobs below `state`. */
export async function stateBlobs(store: BlobStore, prefix = ''): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of listAll(store, 'state', prefix)) names.push(name);
  return names;
}
