import type { BlobAddress } from '../../storage/blobStore.js';
import type { JobOptions } from '../submit/buildOptions.js';

/** What is kept of an upload until its blob is there: `state/uploads/<uploadId>.json`. */
export interface UploadRecord {
  readonly owner: string;
  readonly createdMs: number;
  readonly options: JobOptions;
}

/** Where the record of an upload is. */
export function uploadRecordBlob(uploadId: string): BlobAddress {
  return { container: 'state', name: `uploads/${uploadId}.json` };
}
