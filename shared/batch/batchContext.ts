import type { Principal } from '../auth/principal.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Catalog } from '../models/catalog.js';
import type { Scorer } from '../runtime/scorer.js';
import type { Permits } from '../permits.js';
import type { Settings } from '../settings.js';
import type { BlobStore } from '../storage/blobStore.js';
import type { ArchiveTurns } from './artifacts/archiveTurns.js';

/** What the batch path works with; part of the services of the process. */
export interface BatchContext {
  readonly store: BlobStore;
  readonly catalog: Catalog;
  readonly scorer: Pick<Scorer, 'runChunk'>;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** What an owner may do now; undefined when there is no such one any more. Throws the errors of storage. */
  readonly ownerNow: (name: string) => Promise<Principal | undefined>;
  /** Chunks whose bytes this process has in memory, whatever the number of lanes. */
  readonly chunksInMemory: Permits;
  /** Keeps archives of artifacts behind the calls. */
  readonly archiveTurns: ArchiveTurns;
}
