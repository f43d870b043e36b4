import { ScoringError } from '../errors/scoringError.js';
import { inInput } from './inInput.js';
import type { JobFault } from './job.js';
import { JobFailure } from './jobFailure.js';

/** A fault of reading an input that no repeat can cure, as the failure of the job; all others as they are. */
export function asInputFault(error: unknown, name: string): unknown {
  if (error instanceof JobFailure) return new JobFailure(error.code, inInput(name, error.message));
  if (!(error instanceof ScoringError)) return error;
  if (error.code === 'SCORE_ERR_STORAGE_CHANGED') {
    return new JobFailure('JOB_INPUT_CHANGED', `input '${name}' was overwritten after the job had begun`);
  }
  if (error.code === 'SCORE_ERR_STORAGE_NOT_FOUND') {
    return new JobFailure('JOB_INPUT_MISSING', `input '${name}' was removed after the job had begun`);
  }
  return error;
}

/** A model that is gone or does not open ends the job; what passes by itself does not. */
export function asModelFault(error: unknown): unknown {
  if (!(error instanceof ScoringError) || error.retryAfterS !== undefined) return error;
  if (!/^SCORE_ERR_(MODEL|VERSION)_/.test(error.code)) return error;
  return new JobFailure('JOB_MODEL', error.message);
}

/**
 * What ends the job, as it crosses the orchestration: a JobFailure, or storage that refuses for good. Undefined for
 * anything that a repeat may cure.
 */
export function jobFaultOf(error: unknown): JobFault | undefined {
  if (error instanceof JobFailure) return { code: error.code, message: error.message };
  if (!(error instanceof ScoringError) || error.retryAfterS !== undefined) return undefined;
  return error.code.startsWith('SCORE_ERR_STORAGE_')
    ? { code: 'JOB_STORAGE', message: error.message }
    : undefined;
}
