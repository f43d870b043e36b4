import { createHash } from 'node:crypto';
import type { JobSpec } from '../job.js';
import { canonicalJson } from './canonicalJson.js';

/**
 * Hex SHA-256 of a whole request as it was asked for: options and models, the hashes of a body of records
 * and of its items, and the job that is run again. Two requests that ask for the same in other words have the same one.
 */
export function requestSha256(spec: JobSpec, rerunOf?: string, itemsSha256?: string): string {
  return createHash('sha256').update(canonicalJson({ spec, rerunOf, itemsSha256 })).digest('hex');
}
