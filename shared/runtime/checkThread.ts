import { parentPort } from 'node:worker_threads';
import { systemClock } from '../clock.js';
import { toErrorMessage, type ErrorMessage } from '../errors/scoringError.js';
import type { ModelFolder } from '../models/modelFolder.js';
import type { ModelPlan } from '../models/modelPlan.js';
import { checkFolder, type CheckLimits } from './checkModel.js';

// Entry point of the thread that starts check processes: starting one holds up its thread for 10 to 20 ms.

export interface CheckJob {
  readonly id: number;
  readonly folder: ModelFolder;
  readonly limits: CheckLimits;
}

export type CheckOutcome = { readonly id: number } & (
  { readonly plan: ModelPlan } | { readonly error: ErrorMessage }
);

const closing = new AbortController();

parentPort?.on('message', (message: CheckJob | 'close') => {
  if (message === 'close') closing.abort();
  else {
    void check(message).then((outcome) => {
      parentPort?.postMessage(outcome);
    });
  }
});

async function check({ id, folder, limits }: CheckJob): Promise<CheckOutcome> {
  try {
    return { id, plan: await checkFolder(folder, limits, systemClock, closing.signal) };
  } catch (error) {
    return { id, error: toErrorMessage(error) };
  }
}
