import type { ErrorKind } from './errorKind.js';

/** Faults of publishing models and of what is said about them. */
export const serviceCodes = {
  SCORE_ERR_SERVICE_EXISTS: {
    status: 409,
    title: 'The version exists already',
    remedy: 'Publish a new version: a version never changes.',
  },
  SCORE_ERR_SERVICE_NOT_OWNED: {
    status: 403,
    title: 'The service belongs to somebody else',
    remedy: 'Only its publisher and an Owner may change or delete a version.',
  },
  SCORE_ERR_SERVICE_SHIPPED: {
    status: 409,
    title: 'The model is part of the deployed app',
    remedy: 'Remove its folder and deploy again; only published models can be deleted over HTTP.',
  },
  SCORE_ERR_SERVICE_SCRIPT: {
    status: 400,
    title: 'Scripts are not run here',
    remedy: 'Export the model to ONNX and publish it with POST /realtime-services/{name}/{version}.',
  },
  SCORE_ERR_SERVICE_ALIAS: {
    status: 422,
    wireStatus: { consumption: 400 },
    title: 'The alias is not valid',
    remedy: 'Name a version that exists; an alias may not be the name of a version.',
  },
  SCORE_ERR_PUBLISH_OFF: {
    status: 403,
    title: 'Publishing is switched off',
    remedy: 'Set WARMSTART_PUBLISHING to on, or deploy the model with the app.',
  },
  SCORE_ERR_PUBLISH_FORM: {
    status: 422,
    wireStatus: { consumption: 400 },
    title: 'The upload of the model is not valid',
    remedy: 'Send multipart/form-data with the file model, or name uploads made with kind model.',
  },
  SCORE_ERR_PUBLISH_REFUSED: {
    status: 422,
    wireStatus: { consumption: 400 },
    title: 'The model did not pass its check',
    remedy: 'The reason names what is wrong with the file; nothing was published.',
  },
} as const satisfies Record<string, ErrorKind>;
