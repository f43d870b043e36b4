import type { FaultKind } from './errorKind.js';

/** Why a job ended as `Failed`; in the `fault` of the job. */
export const jobCodes = {
  JOB_INPUT_MISSING: {
    title: 'An input of the job is not there',
    remedy: 'Put the blob there before the job is started; names and patterns count letter case.',
  },
  JOB_INPUT_CHANGED: {
    title: 'An input was overwritten while the job ran',
    remedy: 'Start the job again; write inputs under new names.',
  },
  JOB_INPUT_FORMAT: {
    title: 'An input is not in the format that was expected',
    remedy: 'Send CSV, TSV, JSON Lines, a JSON array or Parquet, or name the format.',
  },
  JOB_INPUT_ENCODING: {
    title: 'The text of an input has another encoding',
    remedy: 'Send UTF-8, or UTF-16 with a byte order mark.',
  },
  JOB_INPUT_TOO_LARGE: {
    title: 'The input is over a limit',
    remedy: 'Split the input; the message names the limit.',
  },
  JOB_INPUT_BOMB: {
    title: 'A compressed input grows beyond the limit',
    remedy: 'Send it less compressed, or in parts.',
  },
  JOB_COLUMNS: {
    title: 'The columns of an input do not fit the model',
    remedy: "Give the columns that the message names; the model's page lists all.",
  },
  JOB_QUOTE_UNCLOSED: {
    title: 'A quoted field has no end',
    remedy: 'Close the quote at the place that the message names, or turn quotes off.',
  },
  JOB_RECORD_TOO_LONG: {
    title: 'A record is over the limit',
    remedy: 'Shorten the record at the place that the message names.',
  },
  JOB_MODEL: {
    title: 'A model of the job cannot be used',
    remedy: 'Publish the model again; the message names what is wrong.',
  },
  JOB_MODEL_CHANGED: {
    title: 'A model of the job is not the one it was started with',
    remedy: 'Versions do not change: publish changed files as a new version and start again.',
  },
  JOB_RESULT_TOO_LARGE: {
    title: 'The result of a chunk is over the limit',
    remedy: 'Lower WARMSTART_CHUNK_BYTES, or join fewer columns.',
  },
  JOB_ERROR_ROWS: {
    title: 'More rows failed than the job accepts',
    remedy: 'Mend the rows that /errors lists, or raise the limit.',
  },
  JOB_CHUNKS_FAILED: {
    title: 'More chunks failed than the job accepts',
    remedy: 'The log of the job has their reasons; raise the limit to keep the other rows.',
  },
  JOB_NO_PROGRESS: {
    title: 'Several waves in a row finished nothing',
    remedy: 'The log of the job has the reasons; start it again with rerun.',
  },
  JOB_ENGINE_LOST: {
    title: 'The durable engine has lost or ended the run',
    remedy: 'Start the job again with rerun: rows that are there are taken over.',
  },
  JOB_STORAGE: {
    title: 'Storage refused what the job needs',
    remedy: 'Look for the job id in the log of the app.',
  },
  JOB_INTERNAL: {
    title: 'Something went wrong inside',
    remedy: 'Look for the job id in the log of the app.',
  },
} as const satisfies Record<string, FaultKind>;
