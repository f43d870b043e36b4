import type { BlobAddress } from '../../storage/blobStore.js';
import type { JobOptions } from '../submit/buildOptions.js';

/** No model has this name, so that a file below it in `uploads` starts no job. */
export const modelUploadsFolder = '_models/';

/** What is kept of an upload as long as its file is there, and tells whose it is: `state/uploads/<uploadId>.json`. */
export interface UploadRecord {
  readonly owner: string;
  readonly createdMs: number;
  readonly options: JobOptions;
}

/** What is kept of an upload of a model's file until the model is published. */
export interface ModelUploadRecord {
  readonly kind: 'model';
  readonly owner: string;
  readonly createdMs: number;
  readonly fileName: string;
}

/** The folder of these records in the container `state`. */
export const uploadRecordsFolder = 'uploads/';

/** Where the record of an upload is. */
export function uploadRecordBlob(uploadId: string): BlobAddress {
  return { container: 'state', name: `${uploadRecordsFolder}${uploadId}.json` };
}
