import { isModelName, modelNameRule } from '../models/modelFolder.js';
import { ScoringError } from '../errors/scoringError.js';

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A whole number of the query. Throws SCORE_ERR_JOB_OPTION that names the parameter and its range. */
export function wholeNumberOf(
  query: URLSearchParams,
  name: string,
  { fallback, ...range }: Range & { readonly fallback: number },
): number {
  const text = query.get(name);
  return text === null ? fallback : wholeNumberText(name, text, range);
}

/** A whole number that came as text. Throws as `wholeNumberOf`. */
export function wholeNumberText(name: string, text: string, { min, max }: Range): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new ScoringError('SCORE_ERR_JOB_OPTION', `${name}: expected a whole number from ${min} to ${max}`);
}

/**
 * The first value of a parameter with one of these names, in small letters, whatever the case of the caller's letters: for
 * the routes of contracts whose original took them so.
 */
export function valueInAnyCase(query: URLSearchParams, ...names: readonly string[]): string | undefined {
  for (const [name, value] of query) if (names.includes(name.toLowerCase())) return value;
  return undefined;
}

/** One of several words of the query; undefined when absent. Throws SCORE_ERR_JOB_OPTION. */
export function choiceOf<T extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new ScoringError('SCORE_ERR_JOB_OPTION', `${name}: expected one of ${choices.join(', ')}`);
}

/** The name of a model or version in the query; undefined when absent. Throws SCORE_ERR_JOB_OPTION. */
export function modelNameOf(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null || isModelName(text)) return text ?? undefined;
  throw new ScoringError('SCORE_ERR_JOB_OPTION', `${name}: it ${modelNameRule}`);
}
