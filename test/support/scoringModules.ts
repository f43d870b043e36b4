import type { ModelSource } from './modelsDir.js';

/** A model of the test suite with a scoring module; `scoring` is that key of its model.json. */
export function scoredModel(
  fixture: string,
  module: string,
  scoring?: unknown,
  files: Readonly<Record<string, string>> = {},
): ModelSource {
  return {
    fixture,
    ...(scoring === undefined ? {} : { modelJson: { scoring } }),
    files: { 'scoring.mjs': module, ...files },
  };
}
