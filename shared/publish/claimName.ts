import type { Principal } from '../auth/principal.js';
import type { Clock } from '../clock.js';
import { ScoringError } from '../errors/scoringError.js';
import { findManifest } from '../models/published/manifest.js';
import type { PublishedModels } from '../models/published/publishedModels.js';
import { changeServiceRecord } from '../models/serviceRecord.js';
import type { BlobStore } from '../storage/blobStore.js';

/** How long storage may take to tell which versions there are. */
const patienceMs = 10_000;

/** A claim whose publish did not come to its end, or whose versions are all gone, holds no longer than this. */
const claimMs = 60 * 60_000;

interface NameHome {
  readonly published: PublishedModels;
  readonly clock: Clock;
  store(): BlobStore;
}

/**
 * Refuses a caller who may not add a version to a name, because others have published under it: a new version would take
 * the place of theirs where no version is asked for. Throws SCORE_ERR_SERVICE_NOT_OWNED, SCORE_ERR_STORAGE_*.
 */
export async function requireOwnName(
  home: Omit<NameHome, 'clock'>,
  caller: Principal,
  name: string,
): Promise<void> {
  if (caller.role === 'Owner') return;
  const publishers = await publishersOf(home, name);
  if (publishers.length > 0 && !publishers.includes(caller.name)) throw notOwned(name);
}

/**
 * Makes a name the caller's own just before his version is written, so that of two who publish under a new name at once
 * one has it. Throws as `requireOwnName`, and SCORE_ERR_STATE_BUSY.
 */
export async function claimName(home: NameHome, caller: Principal, name: string): Promise<void> {
  const publishers = await publishersOf(home, name);
  const nowMs = home.clock.wallMs();
  const claim = { owner: caller.name, atMs: nowMs };
  const isFree = publishers.length === 0;
  const mayAdd = caller.role === 'Owner' || publishers.includes(caller.name);
  await changeServiceRecord(home.store(), name, (record) => {
    const { owner, atMs = -Infinity } = record.claim ?? {};
    const isHeld = owner !== undefined && owner !== caller.name && (!isFree || nowMs - atMs < claimMs);
    if (!mayAdd && (isHeld || !isFree)) throw notOwned(name);
    return isHeld ? undefined : { ...record, claim };
  });
}

/** Who has published the versions of a name, as storage has it; undefined for a manifest that cannot be read. */
async function publishersOf(
  { published, store }: Omit<NameHome, 'clock'>,
  name: string,
): Promise<(string | undefined)[]> {
  const fault = await published.look(name, undefined, patienceMs);
  if (fault) throw fault;
  return Promise.all(
    published.versionsOf(name).map(async ({ version, plan }) => {
      // one that cannot be served has no plan, and still is somebody's
      return plan?.publishedBy ?? (await findManifest(store(), name, version))?.manifest?.owner;
    }),
  );
}

const notOwned = (name: string) =>
  new ScoringError(
    'SCORE_ERR_SERVICE_NOT_OWNED',
    `the name '${name}' belongs to somebody else: only its publishers and the role Owner may add versions`,
  );
