import type { ErrorKind } from './errorKind.js';

const brokenModel = { status: 503 } as const;

/** Why a model folder cannot be served. */
export const modelCodes = {
  SCORE_ERR_MODEL_NAME: {
    ...brokenModel,
    title: 'A model folder has an unusable name or place',
    remedy: 'Use models/<name>/<version>/ with letters, digits, dot, dash and underscore.',
  },
  SCORE_ERR_MODEL_FILE_MISSING: {
    ...brokenModel,
    title: 'A model folder has no model.onnx',
    remedy: 'Put model.onnx into models/<name>/<version>/.',
  },
  SCORE_ERR_MODEL_FILE_INVALID: {
    ...brokenModel,
    title: 'The model file is not a usable ONNX model',
    remedy: 'Export the model again; the reason names what is wrong.',
  },
  SCORE_ERR_MODEL_EXTERNAL_DATA: {
    ...brokenModel,
    title: 'The external data of the model is missing or out of bounds',
    remedy: 'Keep the data files beside model.onnx, without links and without paths.',
  },
  SCORE_ERR_MODEL_SIGNATURE: {
    ...brokenModel,
    title: 'The inputs or outputs of the model cannot be served',
    remedy: 'Export the model with tensors of the supported datatypes.',
  },
  SCORE_ERR_MODEL_JSON: {
    ...brokenModel,
    title: 'model.json is not valid',
    remedy: 'Correct the key that the reason names, or remove the file: every key is optional.',
  },
  SCORE_ERR_MODEL_COLUMNS: {
    ...brokenModel,
    title: 'model.json does not fit the graph',
    remedy: 'List as many columns as the tensor has, or the names of the inputs.',
  },
  SCORE_ERR_MODEL_ARTIFACTS: {
    ...brokenModel,
    title: 'model.json names an artifact that the model cannot have',
    remedy: 'Correct the file or the output that the reason names; docs/artifacts.md has the kinds of files.',
  },
  SCORE_ERR_MODEL_SCORING: {
    ...brokenModel,
    title: 'The scoring module of the model cannot be used',
    remedy:
      'Correct scoring.mjs, or what model.json says under `scoring`; docs/scoring-module.md has the rules.',
  },
  SCORE_ERR_MODEL_LOAD: {
    ...brokenModel,
    title: 'ONNX Runtime refuses the model',
    remedy: 'Export with operators and an opset that the bundled ONNX Runtime has.',
  },
  SCORE_ERR_MODEL_CHECK: {
    ...brokenModel,
    title: 'The model did not pass its first run in the check process',
    remedy: 'The model crashes, never returns or needs too much memory; it is kept out.',
  },
} as const satisfies Record<string, ErrorKind>;
