import type { FaultKind } from './errorKind.js';

/** Why a row of a job has no result; in its error row. */
export const rowCodes = {
  ROW_WIDTH: {
    title: 'The row has another number of cells than the header',
    remedy: 'Give each row as many cells as the header has.',
  },
  ROW_QUOTE: {
    title: 'There is text behind a closing quote',
    remedy: 'Double the quotes within a quoted cell.',
  },
  ROW_ENCODING: {
    title: 'The text of a cell is not UTF-8',
    remedy: 'Encode the file as UTF-8.',
  },
  ROW_SYNTAX: {
    title: 'The record is not JSON',
    remedy: 'Write one JSON object or array per record.',
  },
  ROW_VALUE: {
    title: 'A value does not fit its column',
    remedy: 'Correct the value; docs/csv.md has the table of numbers.',
  },
  ROW_MISSING: {
    title: 'A value is missing',
    remedy: 'Give the value, or a default in model.json.',
  },
  ROW_MODEL: {
    title: 'The row names a model that the job does not have',
    remedy: 'Name one of the services of the job.',
  },
  ROW_RUN_FAILED: {
    title: 'The model failed on this row',
    remedy: 'Read the message of the runtime; the row fits the signature but not the model.',
  },
  CHUNK_FAILED: {
    title: 'The chunk of the row failed after all its tries',
    remedy: 'The log of the job has the reason; rerun takes over the good rows.',
  },
} as const satisfies Record<string, FaultKind>;
