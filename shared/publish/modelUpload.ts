import type { BatchContext } from '../batch/batchContext.js';
import { uploadsContainer } from '../batch/submit/jobInput.js';
import { uploadLink, type CreatedUpload } from '../batch/uploads/uploadLink.js';
import {
  modelUploadsFolder,
  uploadRecordBlob,
  type ModelUploadRecord,
} from '../batch/uploads/uploadRecord.js';
import type { Principal } from '../auth/principal.js';
import type { BlobAddress, BlobStore } from '../storage/blobStore.js';
import { readJsonBlob, writeJsonBlob } from '../storage/jsonBlob.js';
import { fileNameFault, formFault } from './publishForm.js';
import { requirePublishing } from './requirePublishing.js';

/** A file of a model that was put into storage by its owner. */
export interface ModelUpload {
  readonly uploadId: string;
  readonly fileName: string;
  readonly blob: BlobAddress;
}

/**
 * Announces a file of a model and gives a signed link for it. Throws SCORE_ERR_PUBLISH_OFF, SCORE_ERR_PUBLISH_FORM and
 * SCORE_ERR_SERVICE_SCRIPT for its name, SCORE_ERR_STORAGE_REFUSED where storage gives no links.
 */
export async function createModelUpload(
  context: Pick<BatchContext, 'clock' | 'newId' | 'settings' | 'store'>,
  caller: Principal,
  fileName: string,
): Promise<CreatedUpload> {
  requirePublishing(context.settings);
  const fault = fileNameFault(fileName);
  if (fault) throw fault;
  const { store } = context;
  const uploadId = context.newId();
  const createdMs = context.clock.wallMs();
  const record: ModelUploadRecord = { kind: 'model', owner: caller.name, createdMs, fileName };
  await writeJsonBlob(store, uploadRecordBlob(uploadId), record);
  const blob = blobOf(uploadId, fileName);
  return uploadLink(store, context.clock, {
    ...{ uploadId, blob, fileName, contentType: 'application/octet-stream' },
  });
}

/** The upload, which must belong to the caller unless he has the role Owner. Throws SCORE_ERR_PUBLISH_FORM. */
export async function findModelUpload(
  store: BlobStore,
  caller: Principal,
  uploadId: string,
): Promise<ModelUpload> {
  const record = (await readJsonBlob<Partial<ModelUploadRecord>>(store, uploadRecordBlob(uploadId)))?.value;
  const { kind, owner, fileName } = record ?? {};
  const isSeen = kind === 'model' && (owner === caller.name || caller.role === 'Owner');
  if (!isSeen || fileName === undefined) throw formFault(`there is no upload '${uploadId}' of kind model`);
  return { uploadId, fileName, blob: blobOf(uploadId, fileName) };
}

/** Removes the file of an upload and what was kept of it. */
export async function removeModelUpload(store: BlobStore, { uploadId, blob }: ModelUpload): Promise<void> {
  await store.remove(blob);
  await store.remove(uploadRecordBlob(uploadId));
}

function blobOf(uploadId: string, fileName: string): BlobAddress {
  return { container: uploadsContainer, name: `${modelUploadsFolder}${uploadId}/${fileName}` };
}
