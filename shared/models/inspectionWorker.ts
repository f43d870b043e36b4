import { parentPort } from 'node:worker_threads';
import { toErrorMessage, type ErrorMessage } from '../errors/scoringError.js';
import { inspectModel } from './inspectModel.js';
import type { ModelFolder } from './modelFolder.js';
import type { ModelPlan } from './modelPlan.js';

// Entry point of the thread that reads model folders.

export type Inspection = { readonly plan: ModelPlan } | { readonly error: ErrorMessage };

parentPort?.on('message', (folder: ModelFolder) => {
  void inspect(folder).then((inspection) => {
    parentPort?.postMessage(inspection);
  });
});

async function inspect(folder: ModelFolder): Promise<Inspection> {
  try {
    return { plan: await inspectModel(folder) };
  } catch (error) {
    return { error: toErrorMessage(error) };
  }
}
