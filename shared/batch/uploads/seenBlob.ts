import { createHash } from 'node:crypto';
import type { BlobAddress } from '../../storage/blobStore.js';

/** The job that a blob in `uploads` started last: a new ETag with the same content is a change of metadata. */
export interface SeenBlob {
  /** That of the blob; records of earlier releases have none. */
  readonly name?: string;
  readonly contentMd5: string;
  readonly jobId: string;
}

/** The folder of these records in the container `state`. */
export const seenBlobsFolder = 'arrived/';

/** Where it is kept, for a blob of this name. */
export function seenBlobOf(name: string): BlobAddress {
  const hash = createHash('sha256').update(name).digest('hex');
  return { container: 'state', name: `${seenBlobsFolder}${hash}.json` };
}
