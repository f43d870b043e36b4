import { z } from 'zod';
import { ScoringError } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import { parseJson } from '../protocols/parseJson.js';
import { formFault, mostFiles, requireDescription, requireOperationId } from './publishForm.js';

/** A publish whose files were put into storage before. */
export interface ReferenceRequest {
  /** Empty where only what is said of a version is changed. */
  readonly uploadIds: readonly string[];
  readonly description?: string;
  readonly operationId?: string;
}

const mostBodyBytes = 64 * 1024;

const schema = z.strictObject({
  uploads: z.array(z.uuid()).min(1).max(mostFiles).optional(),
  description: z.string().optional(),
  operationId: z.string().optional(),
});

/**
 * Reads the JSON body of a publish: `uploads`, ids that `POST /uploads` gave for kind model, and `description` and
 * `operationId` when wanted. Throws SCORE_ERR_PUBLISH_FORM that names the key, SCORE_ERR_BODY_* for what is no JSON.
 */
export function parseReferenceRequest(body: Uint8Array): ReferenceRequest {
  if (body.length > mostBodyBytes) {
    const message = `expected a JSON body of at most ${mostBodyBytes} bytes, got ${body.length}`;
    throw new ScoringError('SCORE_ERR_BODY_TOO_LARGE', message);
  }
  const parsed = schema.safeParse(parseJson(body, { exactIntegers: false }));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
    throw formFault(`key '${shownName(key ?? '')}': ${issue?.message ?? 'not valid'}`);
  }
  const { uploads = [], description, operationId } = parsed.data;
  if (new Set(uploads).size < uploads.length) throw formFault('uploads names one twice');
  if (description !== undefined) requireDescription(description);
  if (operationId !== undefined) requireOperationId(operationId);
  return {
    uploadIds: uploads,
    ...(description === undefined ? {} : { description }),
    ...(operationId === undefined ? {} : { operationId }),
  };
}
