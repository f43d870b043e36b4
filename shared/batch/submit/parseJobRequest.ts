import type { JobSpec } from '../job.js';
import { buildOptions, type JobRules } from './buildOptions.js';
import { chooseBody, withHeaders, type JobBody } from './chooseBody.js';
import { hashBody } from './hashBody.js';
import { buildInput, namesOf } from './jobInput.js';
import { descriptionSchema, optionsSchema } from './jobSchema.js';
import { optionError } from './optionError.js';
import { parseDescribingBody } from './parseDescribingBody.js';
import { readQuery } from './readQuery.js';
import { takeShape } from './takeShape.js';

/** A `POST /jobs` as a plain value. */
export interface JobRequest extends JobBody {
  readonly query: URLSearchParams;
}

/**
 * The job that a `POST /jobs` asks for: records as the body with the options in the query, or a job description without
 * a query. Records are hashed, never parsed. Whether models and blobs exist is not looked at.
 *
 * Throws SCORE_ERR_JOB_OPTION that names the key, and SCORE_ERR_BODY_* for the body as a whole.
 */
export async function parseJobRequest(request: JobRequest, rules: JobRules): Promise<JobSpec> {
  const choice = chooseBody(request);
  if (choice.kind === 'description') {
    const [first] = Object.keys(readQuery(request.query));
    if (first !== undefined) {
      throw optionError(
        `/${first}`,
        'options of a job description are in the body; records come as a JSON array',
      );
    }
    return parseDescription(request.bytes, rules);
  }
  const { contentType, said } = choice;
  const described = takeShape(optionsSchema, withHeaders(readQuery(request.query), said));
  if (described.format === undefined) {
    throw optionError('/format', `is needed with content-type ${contentType}`);
  }
  const options = buildOptions(described, [], rules);
  const { bytes } = request;
  return {
    ...options,
    input: { kind: 'body', contentType, sizeBytes: bytes.length, sha256: await hashBody(bytes) },
  };
}

function parseDescription(bytes: Uint8Array, rules: JobRules): JobSpec {
  const { input: described, ...options } = takeShape(descriptionSchema, parseDescribingBody(bytes));
  const input = buildInput(described, rules.containers);
  return { ...buildOptions(options, namesOf(input), rules), input };
}
