import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import { nameList } from '../../models/nameList.js';
import { frameInput } from '../../protocols/consumption/frameKeys.js';
import { pointerStep } from '../../protocols/jsonObject.js';
import type { Refusal } from './batchItems.js';

/** Why an item is refused, in words. */
export function refusalText(refusal: Refusal): string {
  if ('missing' in refusal) return `column '${refusal.missing}' is missing`;
  if ('unknown' in refusal) return `there is no column '${shownName(refusal.unknown)}'`;
  const { whole, rows } = refusal;
  return `expected a frame with one row, got ${rows}: output '${whole}' stands for all rows of a call, or does not declare that it has rows`;
}

/**
 * The same as an error: SCORE_ERR_INPUT_MISSING, SCORE_ERR_INPUT_UNKNOWN or SCORE_ERR_INPUT_SHAPE. `columns` are those of the model, `place` is
 * the JSON pointer of the item.
 */
export function refusalError(refusal: Refusal, columns: readonly string[], place: string): ScoringError {
  if ('whole' in refusal) {
    const message = refusalText(refusal);
    return new ScoringError('SCORE_ERR_INPUT_SHAPE', message, {
      places: [{ pointer: `${place}/${frameInput}`, message }],
    });
  }
  const there = nameList(columns.map((name) => ({ name })));
  const message = `${refusalText(refusal)}: the model has ${there}`;
  return 'missing' in refusal
    ? new ScoringError('SCORE_ERR_INPUT_MISSING', message, { places: [{ pointer: place, message }] })
    : new ScoringError('SCORE_ERR_INPUT_UNKNOWN', message, {
        places: [{ pointer: `${place}/${pointerStep(refusal.unknown)}`, message }],
      });
}
