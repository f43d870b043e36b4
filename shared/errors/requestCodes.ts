import type { ErrorKind } from './errorKind.js';

const rejectedInput = { status: 422, wireStatus: { consumption: 400, openInference: 400 } } as const;
const malformed = { status: 400 } as const;

/** Faults of requests and of the instance that answers them. */
export const requestCodes = {
  SCORE_ERR_BODY_EMPTY: {
    ...malformed,
    title: 'The request has no body',
    remedy: 'Send the inputs as a JSON object; to /jobs records or the description of a job.',
  },
  SCORE_ERR_BODY_ENCODING: {
    ...malformed,
    title: 'The body is not UTF-8',
    remedy: 'Encode the JSON text as UTF-8.',
  },
  SCORE_ERR_BODY_SYNTAX: {
    ...malformed,
    title: 'The body is not JSON',
    remedy: 'Check the JSON text; NaN and Infinity are not JSON, a missing number is null.',
  },
  SCORE_ERR_BODY_DEPTH: {
    ...malformed,
    title: 'The JSON is nested too deeply',
    remedy: 'Send arrays of the rank that the model declares.',
  },
  SCORE_ERR_BODY_LENGTH_REQUIRED: {
    status: 411,
    title: 'The request announces no length',
    remedy: 'Send Content-Length; the Functions host drops bodies without one.',
  },
  SCORE_ERR_BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send less at once, or raise WARMSTART_MAX_BODY_BYTES, for /jobs WARMSTART_MAX_JOB_BODY_BYTES.',
  },
  SCORE_ERR_BODY_MEDIA_TYPE: {
    status: 415,
    title: 'The media type is not supported',
    remedy:
      'Send content-type: application/json, without content-encoding; to /jobs what docs/batch.md lists.',
  },
  SCORE_ERR_REQUEST_FIELD: {
    ...rejectedInput,
    title: 'A field of the request is missing or of the wrong type',
    remedy: 'Compare the request with the contract of the route.',
  },
  SCORE_ERR_INPUT_MISSING: {
    ...rejectedInput,
    title: 'An input is missing',
    remedy: 'Send every input of the model; GET /v2/models/{model} lists them.',
  },
  SCORE_ERR_INPUT_UNKNOWN: {
    ...rejectedInput,
    title: 'The model has no such input',
    remedy: 'Use the names that GET /v2/models/{model} lists; letter case counts.',
  },
  SCORE_ERR_INPUT_DATATYPE: {
    ...rejectedInput,
    title: 'An input has the wrong datatype',
    remedy: 'Send the datatype that GET /v2/models/{model} lists.',
  },
  SCORE_ERR_INPUT_SHAPE: {
    ...rejectedInput,
    title: 'An input has the wrong shape',
    remedy: 'Send the shape that GET /v2/models/{model} lists; -1 stands for any length.',
  },
  SCORE_ERR_INPUT_VALUE: {
    ...rejectedInput,
    title: 'A value does not fit its input',
    remedy: 'Correct the value at the row and place that the error names.',
  },
  SCORE_ERR_OUTPUT_UNKNOWN: {
    ...rejectedInput,
    title: 'The model has no such output',
    remedy: 'Use the names that GET /v2/models/{model} lists.',
  },
  SCORE_ERR_MODEL_NOT_FOUND: {
    status: 404,
    title: 'There is no such model',
    remedy: 'GET /v2/models lists the models; letter case counts.',
  },
  SCORE_ERR_VERSION_NOT_FOUND: {
    status: 404,
    title: 'The model has no such version',
    remedy: 'GET /v2/models lists the versions.',
  },
  SCORE_ERR_MODEL_UNAVAILABLE: {
    status: 503,
    title: 'The model cannot be served',
    remedy: 'Mend the model folder as the reason says; the others serve on.',
  },
  SCORE_ERR_MODEL_LOADING: {
    status: 503,
    retryable: true,
    title: 'The model is not loaded yet',
    remedy: 'Try again after the time in Retry-After.',
  },
  SCORE_ERR_QUEUE_FULL: {
    status: 503,
    retryable: true,
    title: 'Too many requests are waiting',
    remedy: 'Try again after the time in Retry-After, with fewer requests at once.',
  },
  SCORE_ERR_QUEUE_TIMEOUT: {
    status: 503,
    retryable: true,
    title: 'The request waited too long for a worker',
    remedy: 'Try again after the time in Retry-After, with fewer requests at once.',
  },
  SCORE_ERR_DRAINING: {
    status: 503,
    retryable: true,
    title: 'The instance is shutting down',
    remedy: 'Try again; another instance or the restarted one answers.',
  },
  SCORE_ERR_WORKER_LOST: {
    status: 503,
    retryable: true,
    title: 'The scoring thread ended while it worked on the request',
    remedy: 'Try again; a new thread has been started.',
  },
  SCORE_ERR_RUN_FAILED: {
    status: 500,
    wireStatus: { consumption: 200 },
    title: 'The model failed on these inputs',
    remedy: 'Read the message of the runtime; the inputs fit the signature but not the model.',
  },
  SCORE_ERR_INTERNAL: {
    status: 500,
    title: 'Something went wrong inside',
    remedy: 'Look for the request id in the log of the app.',
  },
  SCORE_ERR_SETTING: {
    status: 500,
    title: 'A setting is not valid',
    remedy: 'Correct the setting that the message names; the README lists the ranges.',
  },
} as const satisfies Record<string, ErrorKind>;
