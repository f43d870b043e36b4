import type { Principal } from '../auth/principal.js';
import { ScoringError } from '../errors/scoringError.js';
import { isModelFile } from '../models/published/modelFiles.js';
import type { PublishedFile } from '../models/published/manifest.js';
import { receiveFile } from '../models/published/receiveFile.js';
import { releasing } from '../models/published/releasing.js';
import type { BlobStore } from '../storage/blobStore.js';
import { findModelUpload, type ModelUpload } from './modelUpload.js';
import { formFault, graphFile, isSameFile, type PublishForm } from './publishForm.js';
import type { ReferenceRequest } from './parseReferenceRequest.js';

/** A publish by reference with the uploads that it uses up. */
export interface ReceivedUploads {
  readonly form: PublishForm;
  readonly uploads: readonly ModelUpload[];
}

/**
 * Brings files that were put into storage before to this instance, a piece at a time.
 *
 * Throws SCORE_ERR_PUBLISH_FORM for an upload that is not there or belongs to somebody else, for names that do not go
 * together and for more than `maxBytes` in all; SCORE_ERR_STORAGE_*.
 */
export async function receiveUploads(
  store: BlobStore,
  caller: Principal,
  { uploadIds, ...facts }: ReferenceRequest,
  dir: string,
  maxBytes: number,
): Promise<ReceivedUploads> {
  const uploads: ModelUpload[] = [];
  for (const uploadId of uploadIds) uploads.push(await findModelUpload(store, caller, uploadId));
  const names = namesOf(uploads);
  const files: PublishedFile[] = [];
  let left = maxBytes;
  for (const [at, upload] of uploads.entries()) {
    const found = await store.find(upload.blob);
    if (!found) throw formFault(`the file of upload '${upload.uploadId}' was not put into storage yet`);
    left -= found.sizeBytes;
    if (left < 0) throw tooLarge(maxBytes);
    const pieces = releasing(store.stream(upload.blob, { ifMatch: found.etag }));
    files.push(await receiveFile(dir, names[at] as string, pieces));
  }
  return { form: { files, ...facts }, uploads };
}

/** The one file with the ending of ONNX is the graph, whatever its name; the others keep theirs. */
function namesOf(uploads: readonly ModelUpload[]): string[] {
  const graphs = uploads.filter(({ fileName }) => isSameFile(fileName, graphFile));
  const likeGraphs = uploads.filter(({ fileName }) => fileName.toLowerCase().endsWith('.onnx'));
  const [graph] = graphs.length > 0 ? graphs : likeGraphs;
  const names = uploads.map((upload) => (upload === graph ? graphFile : upload.fileName));
  for (const [at, name] of names.entries()) {
    if (names.findIndex((one) => isSameFile(one, name)) < at)
      throw formFault(`the file '${name}' comes twice`);
    if (!isModelFile(name)) throw formFault('the name of an upload is not that of a file of a model');
  }
  return names;
}

const tooLarge = (maxBytes: number) =>
  new ScoringError(
    'SCORE_ERR_PUBLISH_FORM',
    `expected files of at most ${maxBytes} bytes together (WARMSTART_MAX_MODEL_BYTES)`,
  );
