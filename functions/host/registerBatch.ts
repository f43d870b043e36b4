import * as df from 'durable-functions';
import { closeBatch } from '../../shared/batch/closeBatch.js';
import { finishBatch, type FinishInput } from '../../shared/batch/join/finishBatch.js';
import { joinLane, type JoinInput } from '../../shared/batch/join/joinLane.js';
import type { LaneInput } from '../../shared/batch/lane/laneTypes.js';
import { scoreLane } from '../../shared/batch/lane/scoreLane.js';
import { planBatch, type PlanStep } from '../../shared/batch/plan/planBatch.js';
import { batchScore } from '../../shared/batch/run/batchScore.js';
import type { RunCall } from '../../shared/batch/run/runState.js';
import { unpackInput, type UnpackStep } from '../../shared/batch/unpack/unpackInput.js';
import { services } from '../../shared/services.js';
import { orchestrationName } from './jobEngine.js';

/** Registers the orchestration of jobs and its activities. */
export function registerBatch(): void {
  df.app.orchestration(orchestrationName, function* ({ df: durable }) {
    yield* batchScore<df.Task>({
      getInput: () => durable.getInput(),
      callActivity: (name, input) => durable.callActivity(name, input),
      createTimer: (fireAt) => durable.createTimer(fireAt),
      all: (tasks) => durable.Task.all(tasks),
      continueAsNew: (input) => {
        durable.continueAsNew(input);
      },
      now: () => durable.currentUtcDateTime,
    });
  });
  activity('planBatch', (input: PlanStep) => planBatch(services().batch(), input));
  activity('unpackInput', (input: UnpackStep) => unpackInput(services().batch(), input));
  activity('scoreLane', (input: LaneInput) => scoreLane(services().batch(), input));
  activity('joinLane', (input: JoinInput) => joinLane(services().batch(), input));
  activity('finishBatch', (input: FinishInput) => finishBatch(services().batch(), input));
  activity('closeBatch', ({ jobId }: { jobId: string }) => closeBatch(services().batch(), jobId));
}

/** What an activity is called with was made by `callsOf`. */
function activity(name: RunCall['activity'], handler: (input: never) => Promise<unknown>): void {
  df.app.activity(name, { handler: (input: unknown) => handler(input as never) });
}
