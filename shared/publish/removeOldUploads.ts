import { uploadsContainer } from '../batch/submit/jobInput.js';
import { modelUploadsFolder, uploadRecordBlob } from '../batch/uploads/uploadRecord.js';
import type { Clock } from '../clock.js';
import { listAll, type BlobStore } from '../storage/blobStore.js';

/** Nobody has published them by then. */
const unusedMs = 7 * 24 * 60 * 60_000;

/** Removes files of models that were put into storage a week ago and never published. */
export async function removeOldUploads(store: BlobStore, clock: Clock): Promise<void> {
  for await (const { name, modifiedMs } of listAll(store, uploadsContainer, modelUploadsFolder)) {
    if (clock.wallMs() - modifiedMs <= unusedMs) continue;
    const [uploadId = ''] = name.slice(modelUploadsFolder.length).split('/');
    await store.remove({ container: uploadsContainer, name });
    await store.remove(uploadRecordBlob(uploadId));
  }
}
