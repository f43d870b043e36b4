import { buildOptions, type JobOptions, type JobRules } from './buildOptions.js';
import { uploadSchema } from './jobSchema.js';
import { parseMediaType, recordTypes } from './mediaType.js';
import { optionError } from './optionError.js';
import { parseDescribingBody } from './parseDescribingBody.js';
import { takeShape } from './takeShape.js';

/** An upload that was asked for: the file, and the options of the job that starts when it is there. */
export interface UploadRequest {
  readonly options: JobOptions;
  /** One segment of a blob name. */
  readonly fileName: string;
  /** `application/octet-stream` where the caller names none. */
  readonly contentType: string;
}

/**
 * Reads the body of `POST /uploads`: a job description without `input`, with `fileName` and, when wanted, the
 * `contentType` that the file is uploaded with, which tells the format as well.
 *
 * Throws SCORE_ERR_JOB_OPTION that names the key, and SCORE_ERR_BODY_* for the body as a whole.
 */
export function parseUploadRequest(body: Uint8Array, rules: Pick<JobRules, 'webhookHosts'>): UploadRequest {
  const { fileName, contentType, ...described } = takeShape(uploadSchema, parseDescribingBody(body));
  if (contentType === undefined) {
    const options = buildOptions(described, [fileName], rules);
    return { options, fileName, contentType: 'application/octet-stream' };
  }
  const type = parseMediaType(contentType);
  const wrapped = recordTypes.get(type?.name ?? '');
  if (!type || wrapped === undefined) {
    throw optionError('/contentType', `expected one of ${[...recordTypes.keys()].join(', ')}`);
  }
  if (wrapped !== 'gzip' && described.format !== undefined && described.format !== wrapped) {
    throw optionError('/format', `contentType says ${wrapped}`);
  }
  const said = wrapped === 'gzip' ? { gzip: true } : { format: wrapped };
  return {
    options: buildOptions({ ...described, ...said }, [fileName], rules),
    fileName,
    contentType: type.name,
  };
}
