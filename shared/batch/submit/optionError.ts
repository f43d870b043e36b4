import { ScoringError } from '../../errors/scoringError.js';

/**
 * The rejection of one option of a job. `pointer` is its place in the job description; options that came as query
 * parameters have the place that they would have there.
 */
export function optionError(pointer: string, message: string): ScoringError {
  const text = `${pointer === '' ? 'the job description' : pointer}: ${message}`;
  return new ScoringError('SCORE_ERR_JOB_OPTION', text, { places: [{ pointer, message }] });
}
