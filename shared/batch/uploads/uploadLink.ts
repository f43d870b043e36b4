import type { Clock } from '../../clock.js';
import { ScoringError } from '../../errors/scoringError.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';

/** How long the link of an upload works. */
const linkLifetimeMs = 60 * 60_000;

/** An upload that can begin: the file goes to `url` with `headers`. */
export interface CreatedUpload {
  readonly uploadId: string;
  readonly blob: string;
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires: string;
  readonly curl: string;
}

interface UploadPlace {
  readonly uploadId: string;
  readonly blob: BlobAddress;
  readonly fileName: string;
  readonly contentType: string;
}

/** Signs a link for one file. Throws SCORE_ERR_STORAGE_REFUSED where storage gives no links. */
export async function uploadLink(
  store: BlobStore,
  clock: Clock,
  { uploadId, blob, fileName, contentType }: UploadPlace,
): Promise<CreatedUpload> {
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
