import { ScoringError } from '../../errors/scoringError.js';
import type { BatchContext } from '../batchContext.js';
import { writeJsonBlob } from '../jsonBlob.js';
import { uploadsContainer } from '../submit/jobInput.js';
import type { ModelChoice } from '../job.js';
import type { UploadRequest } from '../submit/parseUploadRequest.js';
import { uploadRecordBlob, type UploadRecord } from './uploadRecord.js';

/** How long the link of an upload works. */
const linkLifetimeMs = 60 * 60_000;

/** An upload that can begin: the file goes to `url` with `headers`, and its job starts when it is there. */
export interface CreatedUpload {
  readonly uploadId: string;
  readonly blob: string;
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires: string;
  readonly curl: string;
}

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
  const url = await store.link(blob, { permission: 'write', lifetimeMs: linkLifetimeMs });
  if (url === undefined) {
    throw new ScoringError(
      'SCORE_ERR_STORAGE_REFUSED',
      'storage gives no links; put the file into it by other means',
    );
  }
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': contentType };
  const said = Object.entries(headers).map(([key, value]) => `-H '${key}: ${value}'`);
  return {
    uploadId,
    blob: `${blob.container}/${blob.name}`,
    method: 'PUT',
    url,
    headers,
    expires: new Date(clock.wallMs() + linkLifetimeMs).toISOString(),
    curl: `curl -X PUT ${said.join(' ')} --data-binary @${shellWord(fileName)} '${url}'`,
  };
}

const shellWord = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
