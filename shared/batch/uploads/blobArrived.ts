import { contributorRole, requireServices } from '../../auth/access.js';
import { ScoringError } from '../../errors/scoringError.js';
import { isModelName } from '../../models/modelFolder.js';
import type { BlobFacts } from '../../storage/blobStore.js';
import type { BatchContext } from '../batchContext.js';
import type { JobEngine } from '../engine.js';
import type { JobRecord, UploadReads } from '../job.js';
import { readJob } from '../jobStore.js';
import { readJsonBlob, writeJsonBlob } from '../../storage/jsonBlob.js';
import { submitBatch } from '../submitBatch.js';
import { buildOptions } from '../submit/buildOptions.js';
import { uploadJobId } from '../submit/jobIds.js';
import { uploadsContainer } from '../submit/jobInput.js';
import { optionsSchema } from '../submit/jobSchema.js';
import { takeShape } from '../submit/takeShape.js';
import { uploadReadsOf } from './readableUploads.js';
import { seenBlobOf, type SeenBlob } from './seenBlob.js';
import { uploadRecordBlob, type ModelUploadRecord, type UploadRecord } from './uploadRecord.js';

/**
 * A blob was put into `uploads/<model>/<version>/...`: starts its job, by the options that its upload was announced with
 * or the defaults. Storage may tell it several times, late, and when only metadata has changed: one job for each content.
 * `name` is that within the container. Gives undefined where there is nothing to do: no model in the name, an empty
 * blob, one that is gone, or one that is known.
 */
export async function blobArrived(
  context: BatchContext,
  engine: JobEngine,
  name: string,
): Promise<JobRecord | undefined> {
  const { store, log } = context;
  const [model, version, uploadId, ...rest] = name.split('/');
  if (model === undefined || version === undefined || uploadId === undefined) return undefined;
  if (!isModelName(model) || !isModelName(version)) return undefined;
  const blob = { container: uploadsContainer, name };
  const facts = await store.find(blob);
  if (!facts || facts.sizeBytes === 0) return undefined;
  const seenBlob = seenBlobOf(name);
  const seen = await readJsonBlob<SeenBlob>(store, seenBlob);
  const jobId = uploadJobId(uploadsContainer, name, facts.etag);
  if (isSameContent(seen?.value, facts, jobId)) return undefined;
  // told once more; its job may have been deleted since
  if (seen?.value.jobId === jobId && !(await readJob(store, jobId))) return undefined;
  const announced =
    rest.length > 0
      ? await readJsonBlob<UploadRecord | ModelUploadRecord>(store, uploadRecordBlob(uploadId))
      : undefined;
  const record = announced?.value;
  // a file of a model, which is published by its id
  if (record && 'kind' in record) return undefined;
  const { owner, options } = record ?? {
    // nobody announced it by `POST /uploads`
    owner: contributorRole,
    options: defaultOptions(model, version, name),
  };
  let job: JobRecord;
  try {
    job = await submitBatch(context, engine, {
      owner,
      reads: await readsNow(context, owner, options),
      origin: 'upload',
      jobId,
      spec: { ...options, input: { kind: 'blobs', container: uploadsContainer, names: [name] } },
    });
  } catch (error) {
    // another try brings nothing where there is no such model
    if (!(error instanceof ScoringError) || error.retryAfterS !== undefined) throw error;
    log.warn(`an uploaded blob starts no job: ${error.code}`);
    return undefined;
  }
  await writeJsonBlob(store, seenBlob, {
    name,
    contentMd5: facts.contentMd5 ?? '',
    jobId,
  } satisfies SeenBlob);
  return job;
}

/** What the owner of an upload may read now. Throws SCORE_ERR_ACCESS_FORBIDDEN where he may no longer start its job. */
async function readsNow(
  { ownerNow }: BatchContext,
  owner: string,
  { services }: UploadRecord['options'],
): Promise<UploadReads> {
  if (owner === contributorRole) return [contributorRole];
  const caller = await ownerNow(owner);
  if (!caller) throw new ScoringError('SCORE_ERR_ACCESS_FORBIDDEN', 'the owner of the upload is gone');
  requireServices(caller, ...services);
  return uploadReadsOf(caller);
}

function isSameContent(seen: SeenBlob | undefined, { contentMd5 }: BlobFacts, jobId: string): boolean {
  if (!seen || contentMd5 === undefined) return false;
  // the same ETag once more is left to the submit, which starts what was not started
  return seen.contentMd5 === contentMd5 && seen.jobId !== jobId;
}

function defaultOptions(name: string, version: string, blobName: string): UploadRecord['options'] {
  const described = takeShape(optionsSchema, { service: name, version });
  return buildOptions(described, [blobName], { webhookHosts: [] });
}
