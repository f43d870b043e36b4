import type { FunctionInput, InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { EngineState, JobEngine } from '../../shared/batch/engine.js';
import { firstState } from '../../shared/batch/run/runState.js';

/** Name of the orchestration, and of the function that runs it. */
export const orchestrationName = 'batchScore';

/** The binding that functions declare which work with jobs. */
export const durableClient: FunctionInput = df.input.durableClient();

/** The durable engine by the client of an invocation. */
export function jobEngineOf(context: InvocationContext): JobEngine {
  const client = df.getClient(context);
  const stateOf = async (jobId: string): Promise<EngineState> => {
    try {
      return stateFor((await client.getStatus(jobId, { showInput: false })).runtimeStatus);
    } catch (error) {
      // the library tells an unknown instance by its text alone
      if (error instanceof Error && error.message.includes('HTTP 404')) return 'unknown';
      throw error;
    }
  };
  return {
    stateOf,
    async start(jobId) {
      try {
        await client.startNew(orchestrationName, { instanceId: jobId, input: firstState(jobId) });
      } catch (error) {
        // refused because it runs: then it has what it was asked for
        if ((await stateOf(jobId)) !== 'running') throw error;
      }
    },
  };
}

/** Removes the histories of runs that ended and were begun before a time: they slow down the engine and cost storage. */
export async function forgetRuns(context: InvocationContext, beforeMs: number): Promise<void> {
  const { Completed, Failed, Terminated } = df.OrchestrationRuntimeStatus;
  await df.getClient(context).purgeInstanceHistoryBy({
    createdTimeFrom: new Date(1),
    createdTimeTo: new Date(beforeMs),
    runtimeStatus: [Completed, Failed, Terminated],
  });
}

function stateFor(status: df.OrchestrationRuntimeStatus): EngineState {
  switch (status) {
    case df.OrchestrationRuntimeStatus.Completed:
      return 'completed';
    case df.OrchestrationRuntimeStatus.Failed:
      return 'failed';
    case df.OrchestrationRuntimeStatus.Canceled:
    case df.OrchestrationRuntimeStatus.Terminated:
      return 'terminated';
    default:
      return 'running';
  }
}
