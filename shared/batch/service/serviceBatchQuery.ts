import { ScoringError } from '../../errors/scoringError.js';
import { valueInAnyCase, wholeNumberText } from '../../http/queryValues.js';

/** As the swagger documents of the contract say, and as the batch engine has at most. */
const usualParallelCount = 10;
const mostParallelCount = 100;

/** Lanes that a batch asks for; more than there can be are as many as there can be. Throws SCORE_ERR_JOB_OPTION. */
export function parallelCountOf(query: URLSearchParams): number {
  const text = valueInAnyCase(query, 'parallelcount');
  if (text === undefined) return usualParallelCount;
  const asked = /^\d+$/.test(text) ? Number(text) : NaN;
  if (asked >= 1) return Math.min(asked, mostParallelCount);
  throw new ScoringError('SCORE_ERR_JOB_OPTION', 'parallelCount: expected a whole number from 1 on');
}

/**
 * Whether results are wanted before the batch is complete: yes, unless the caller says no. Both spellings of the contract
 * are taken. Throws SCORE_ERR_JOB_OPTION.
 */
export function showsPartialOf(query: URLSearchParams): boolean {
  const text = valueInAnyCase(query, 'showpartialresults', 'showpartialresult')?.toLowerCase() ?? 'true';
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ScoringError('SCORE_ERR_JOB_OPTION', 'showPartialResults: expected true or false');
}

/** The index of an item in a path. Throws SCORE_ERR_JOB_OPTION for anything but a whole number. */
export function itemIndexOf(text = ''): number {
  return wholeNumberText('index', text, { min: 0, max: Number.MAX_SAFE_INTEGER });
}
