import type { ErrorKind } from './errorKind.js';

/** Faults of files that are made of an input and its result. */
export const artifactCodes = {
  SCORE_ERR_ARTIFACT_UNKNOWN: {
    status: 422,
    wireStatus: { consumption: 400, openInference: 400 },
    title: 'The model has no such artifact',
    remedy: 'Use the names under artifacts in model.json; the metadata of the service lists them.',
  },
  SCORE_ERR_ARTIFACT_TOO_LARGE: {
    status: 413,
    title: 'The artifacts are too large for one answer',
    remedy: 'Ask for fewer files, or send fewer rows; of a job ask for fewer items with from and count.',
  },
  SCORE_ERR_MODEL_CHANGED: {
    status: 409,
    title: 'The model has other files than those that gave the result',
    remedy: 'Versions do not change: publish changed files as a new version, and score again.',
  },
  SCORE_ERR_JOB_ITEMS: {
    status: 422,
    title: 'The job has no items',
    remedy:
      'Artifacts belong to the items of a batch of a service; start one with POST /api/{name}/{version}/batch.',
  },
} as const satisfies Record<string, ErrorKind>;
