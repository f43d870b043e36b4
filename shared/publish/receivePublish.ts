import type { Principal } from '../auth/principal.js';
import { ScoringError } from '../errors/scoringError.js';
import type { ModelUpload } from './modelUpload.js';
import { parseReferenceRequest } from './parseReferenceRequest.js';
import type { PublishContext } from './publishContext.js';
import type { PublishForm } from './publishForm.js';
import { receiveMultipart } from './receiveMultipart.js';
import { receiveUploads } from './receiveUploads.js';

/** The body of a publish. It is taken when it is needed, and nobody holds it longer than that. */
export interface PublishBody {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** Throws SCORE_ERR_BODY_*. */
  readonly take: () => Promise<Uint8Array>;
}

/** The files of a publish in a folder of this instance, and the uploads that they came by. */
export interface ReceivedPublish {
  readonly form: PublishForm;
  readonly uploads: readonly ModelUpload[];
}

/**
 * Receives a publish into `dir`: as multipart/form-data with its files, or as JSON that names uploads; files that are
 * begun stay in `dir` where it throws.
 *
 * Throws SCORE_ERR_BODY_*, SCORE_ERR_PUBLISH_FORM, SCORE_ERR_SERVICE_SCRIPT, SCORE_ERR_STORAGE_*.
 */
export async function receivePublish(
  { store, settings, clock }: Pick<PublishContext, 'clock' | 'settings' | 'store'>,
  caller: Principal,
  body: PublishBody,
  dir: string,
): Promise<ReceivedPublish> {
  const { contentType = '', contentEncoding = 'identity' } = body;
  if (contentEncoding.toLowerCase() !== 'identity') {
    throw mediaType(`expected no content-encoding, got ${contentEncoding.slice(0, 100)}`);
  }
  if (/^multipart\/form-data *;/i.test(contentType)) {
    return { form: await receiveMultipart(await body.take(), contentType, dir, clock), uploads: [] };
  }
  if (/^application\/json *(?:;|$)/i.test(contentType)) {
    const request = parseReferenceRequest(await body.take());
    return receiveUploads(store(), caller, request, dir, settings.maxModelBytes);
  }
  throw mediaType(`expected multipart/form-data or application/json, got ${contentType.slice(0, 100)}`);
}

const mediaType = (message: string) => new ScoringError('SCORE_ERR_BODY_MEDIA_TYPE', message);
