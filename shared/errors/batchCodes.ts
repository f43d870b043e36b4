import type { ErrorKind } from './errorKind.js';

/** Faults of requests about jobs, uploads and schedules, and of storage behind them. */
export const batchCodes = {
  SCORE_ERR_STORAGE_MISSING: {
    status: 503,
    title: 'No storage is configured',
    remedy: 'Set WARMSTART_STORAGE, or start the local host with storage.',
  },
  SCORE_ERR_STORAGE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    title: 'Storage does not answer',
    remedy: 'Try again after the time in Retry-After; nothing was lost that was answered with 202.',
  },
  SCORE_ERR_STORAGE_REFUSED: {
    status: 503,
    title: 'Storage refuses the call',
    remedy: 'Give the app its roles on the data account, or correct WARMSTART_STORAGE.',
  },
  SCORE_ERR_STORAGE_NOT_FOUND: {
    status: 404,
    title: 'There is no such blob',
    remedy: 'Check container and name; letter case counts.',
  },
  SCORE_ERR_STORAGE_CHANGED: {
    status: 409,
    title: 'The blob was overwritten meanwhile',
    remedy: 'Read it anew.',
  },
  SCORE_ERR_STORAGE_TOO_LARGE: {
    status: 413,
    title: 'The blob is too large to be read as a whole',
    remedy: 'Send less at once.',
  },
  SCORE_ERR_JOB_NOT_FOUND: {
    status: 404,
    title: 'There is no such job',
    remedy: 'GET /jobs lists your jobs; jobs are removed after the time in WARMSTART_JOB_RETENTION_DAYS.',
  },
  SCORE_ERR_JOB_OPTION: {
    status: 422,
    wireStatus: { consumption: 400 },
    title: 'An option of the job is not valid',
    remedy: 'Correct the option that the error names.',
  },
  SCORE_ERR_JOB_INPUT: {
    status: 422,
    title: 'The input of the job cannot be used',
    remedy: 'Name blobs of the data account that exist and may be read.',
  },
  SCORE_ERR_JOB_CONFLICT: {
    status: 409,
    title: 'The idempotency key belongs to another request',
    remedy: 'Use a new Idempotency-Key, or send the same request.',
  },
  SCORE_ERR_JOB_STATE: {
    status: 409,
    title: 'The job is not in a state for this',
    remedy: 'Look at the state of the job; GET /jobs/{id} has it.',
  },
  SCORE_ERR_STATE_BUSY: {
    status: 503,
    retryable: true,
    title: 'What is stored is being changed by many at once',
    remedy: 'Try again after the time in Retry-After.',
  },
  SCORE_ERR_RESULT_RANGE: {
    status: 413,
    title: 'The file is too large to leave at once',
    remedy: 'Ask with a Range header, for at most 16 MiB at once.',
  },
  SCORE_ERR_ROW_PENDING: {
    status: 409,
    title: 'The row is not ready yet',
    remedy: 'Ask again later; rows become visible in the order of the input.',
  },
  SCORE_ERR_ROW_NOT_FOUND: {
    status: 404,
    title: 'The job has no such row',
    remedy: 'Rows count from 0; GET /jobs/{id} has their number.',
  },
  SCORE_ERR_BATCH_TOO_LARGE: {
    status: 413,
    title: 'The batch is too large for the routes of a service',
    remedy: 'Start large batches with POST /jobs and read large results with GET /jobs/{id}/results.',
  },
  SCORE_ERR_ITEM_NOT_FOUND: {
    status: 404,
    title: 'The batch has no such item or file',
    remedy: 'Items count from 0; GET .../batch/{id}/{index}/files lists the files of an item.',
  },
  SCORE_ERR_SCHEDULE_NOT_FOUND: {
    status: 404,
    title: 'There is no such schedule',
    remedy: 'GET /services/{name}/schedules lists them.',
  },
} as const satisfies Record<string, ErrorKind>;
