import type { z } from 'zod';
import { ScoringError, type ErrorPlace } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import { pointerStep } from '../../protocols/jsonObject.js';
import { optionError } from './optionError.js';

/** More places than this in one answer help nobody. */
const mostPlaces = 20;

/** Checks a parsed value against a schema. Throws SCORE_ERR_JOB_OPTION that names every key at fault. */
export function takeShape<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues
    .slice(0, mostPlaces)
    .flatMap((issue) => placesOf(issue, ''))
    .slice(0, mostPlaces);
  const [first] = places as [ErrorPlace];
  throw new ScoringError('SCORE_ERR_JOB_OPTION', optionError(first.pointer, first.message).message, {
    places,
  });
}

function placesOf(issue: z.core.$ZodIssue, above: string): ErrorPlace[] {
  const pointer = above + issue.path.map((step) => `/${pointerStep(String(step))}`).join('');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.slice(0, mostPlaces);
    return keys.map((key) => ({
      pointer: `${pointer}/${pointerStep(key)}`,
      message: `there is no option '${shownName(key)}'`,
    }));
  }
  if (issue.code === 'invalid_union') {
    // the variant that the caller meant is the one that is wrong further inside
    const inner = issue.errors.flat().filter((one) => one.path.length > 0 || !isOtherVariant(one));
    if (inner.length > 0) return inner.slice(0, mostPlaces).flatMap((one) => placesOf(one, pointer));
  }
  return [{ pointer, message: inWords(issue.message) }];
}

const isOtherVariant = ({ code }: z.core.$ZodIssue) => code === 'invalid_type' || code === 'invalid_value';

/** The schema library's text in the words of the other errors. */
function inWords(message: string): string {
  return message
    .replace(/^(?:Invalid input|Invalid option|Too big|Too small): /, '')
    .replace(/, received undefined$/, ', got nothing')
    .replace(', received ', ', got ');
}
