import type { BatchContext } from '../batchContext.js';
import { writeJsonBlob } from '../../storage/jsonBlob.js';
import { uploadsContainer } from '../submit/jobInput.js';
import type { ModelChoice } from '../job.js';
import type { UploadRequest } from '../submit/parseUploadRequest.js';
import { uploadLink, type CreatedUpload } from './uploadLink.js';
import { uploadRecordBlob, type UploadRecord } from './uploadRecord.js';

/**
 * Keeps the options of an upload and gives a signed link for its file. Throws the errors of `Catalog.plan` for the models
 * and SCORE_ERR_STORAGE_REFUSED where storage gives no links.
 */
export async function createUpload(
  { store, catalog, clock, newId }: BatchContext,
  owner: string,
  { options, fileName, contentType }: UploadRequest,
): Promise<CreatedUpload> {
  // the job is bound to the versions of now, whenever the file comes
  const services: ModelChoice[] = [];
  for (const choice of options.services) {
    const { name, version } = await catalog.plan(choice.name, choice.version);
    services.push({ name, version });
  }
  const [{ name, version }] = services as [Required<ModelChoice>];
  const uploadId = newId();
  const record: UploadRecord = { owner, createdMs: clock.wallMs(), options: { ...options, services } };
  await writeJsonBlob(store, uploadRecordBlob(uploadId), record);
  const blob = { container: uploadsContainer, name: `${name}/${version}/${uploadId}/${fileName}` };
  return uploadLink(store, clock, { uploadId, blob, fileName, contentType });
}
