import { modelUploadSchema } from './jobSchema.js';
import { parseDescribingBody } from './parseDescribingBody.js';
import { takeShape } from './takeShape.js';

/** An upload of a file of a model, which is published when all of its files are there. */
export interface ModelUploadRequest {
  readonly kind: 'model';
  readonly fileName: string;
}

/**
 * Reads the body of `POST /uploads` where it has `kind`; undefined where it has none and so is one of a job. Throws as
 * `parseUploadRequest`.
 */
export function parseModelUpload(body: Uint8Array): ModelUploadRequest | undefined {
  const asked = parseDescribingBody(body);
  if (typeof asked !== 'object' || asked === null || !Object.hasOwn(asked, 'kind')) return undefined;
  return takeShape(modelUploadSchema, asked);
}
