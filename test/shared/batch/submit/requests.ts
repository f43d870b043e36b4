import type { JobSpec } from '../../../../shared/batch/job.js';
import type { JobRules } from '../../../../shared/batch/submit/buildOptions.js';
import { parseJobRequest, type JobRequest } from '../../../../shared/batch/submit/parseJobRequest.js';

export const rules: JobRules = {
  containers: ['inputs'],
  webhookHosts: ['hooks.example.com', 'localhost:9000'],
};

const bytesOf = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

/** A job description as it would come, parsed. */
export function describe(description: unknown, request: Partial<JobRequest> = {}): Promise<JobSpec> {
  return parseJobRequest(
    {
      query: new URLSearchParams(),
      contentType: 'application/json',
      contentEncoding: undefined,
      bytes: bytesOf(description),
      ...request,
    },
    rules,
  );
}

/** Records as they would come, parsed. */
export function send(
  query: string | URLSearchParams,
  contentType: string | undefined,
  body: string | Uint8Array = 'a,b\n1,2\n',
  contentEncoding?: string,
): Promise<JobSpec> {
  return parseJobRequest(
    { query: new URLSearchParams(query), contentType, contentEncoding, bytes: bytesOf(body) },
    rules,
  );
}
