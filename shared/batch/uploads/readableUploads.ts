import { contributorRole, isSeen, ownersSeenBy } from '../../auth/access.js';
import { localPrincipal, type Principal } from '../../auth/principal.js';
import { readJsonBlob } from '../../storage/jsonBlob.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';
import type { JobRecord, UploadReads } from '../job.js';
import { uploadsContainer } from '../submit/jobInput.js';
import { modelUploadsFolder, uploadRecordBlob, type UploadRecord } from './uploadRecord.js';

/** Whose uploads the jobs of a caller may read: of those whose jobs he sees; who has the role Owner, of everybody. */
export function uploadReadsOf(caller: Principal): UploadReads {
  return caller.role === 'Owner' && !caller.services ? 'all' : ownersSeenBy(caller);
}

/** Whose uploads a job may read. Records of earlier releases do not say it: theirs are those of their owner. */
export function uploadReadsOfJob({ reads, owner }: Pick<JobRecord, 'reads' | 'owner'>): UploadReads {
  return reads ?? (owner === localPrincipal.name ? 'all' : [owner]);
}

/** Owners that are known at once; more are looked up again. */
const mostKnown = 1000;

const usableId = /^[\w-]{1,64}$/;

/**
 * Which blobs of the data account a job may read. In the container `uploads` a file that was announced belongs to who did
 * so, by `state/uploads/<uploadId>.json`, and one that nobody announced to the role Contributor; files of models are no
 * input of anybody. Other containers are open to all jobs, as the setting has them.
 */
export class ReadableUploads {
  readonly #owners = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly store: BlobStore,
    private readonly reads: UploadReads,
  ) {}

  /** Throws the errors of storage. */
  async mayRead({ container, name }: BlobAddress): Promise<boolean> {
    if (container !== uploadsContainer) return true;
    if (name.startsWith(modelUploadsFolder)) return false;
    if (this.reads === 'all') return true;
    const owner = await this.#ownerOf(name);
    return owner !== undefined && isSeen(this.reads, owner);
  }

  #ownerOf(name: string): Promise<string | undefined> {
    const [, , uploadId = '', ...rest] = name.split('/');
    if (rest.length === 0 || !usableId.test(uploadId)) return Promise.resolve(contributorRole);
    const known = this.#owners.get(uploadId);
    if (known) return known;
    if (this.#owners.size >= mostKnown) this.#owners.clear();
    const owner = this.#readOwner(uploadId);
    this.#owners.set(uploadId, owner);
    return owner;
  }

  /** Undefined where a record says nothing that can be read. */
  async #readOwner(uploadId: string): Promise<string | undefined> {
    try {
      const found = await readJsonBlob<Partial<UploadRecord>>(this.store, uploadRecordBlob(uploadId));
      return found ? found.value.owner : contributorRole;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}
