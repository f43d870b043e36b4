import { app, type StorageBlobFunctionOptions } from '@azure/functions';
import { ResourceFactoryResolver } from '@azure/functions-extensions-base';
import { runMaintenance } from '../../shared/batch/maintenance.js';
import { uploadsContainer } from '../../shared/batch/submit/jobInput.js';
import { blobArrived } from '../../shared/batch/uploads/blobArrived.js';
import { services } from '../../shared/services.js';
import { durableClient, forgetRuns, jobEngineOf } from './jobEngine.js';

/**
 * Starts jobs for files that are put into the uploads container. Only the name of the blob is taken: its content never
 * enters the process, which `sdkBinding` with a factory that opens nothing sees to.
 */
export function registerUploadTrigger(): void {
  ResourceFactoryResolver.getInstance().registerResourceFactory('AzureStorageBlobs', () => undefined);
  const options: StorageBlobFunctionOptions = {
    path: `${uploadsContainer}/{name}`,
    connection: 'WARMSTART_STORAGE',
    source: 'EventGrid',
    sdkBinding: true,
    extraInputs: [durableClient],
    handler: async (_blob, context) => {
      const { name } = context.triggerMetadata ?? {};
      if (typeof name !== 'string') return;
      await blobArrived(services().batch(), jobEngineOf(context), name);
    },
  };
  app.storageBlob('uploadedBlob', options);
}

/** Histories of runs are kept so long: nothing is asked of a run when its job has ended. */
const historyMs = 7 * 24 * 60 * 60_000;

/** The one timer: schedules, jobs that stand still, old jobs. */
export function registerMaintenance(schedule: string): void {
  app.timer('maintenance', {
    schedule,
    extraInputs: [durableClient],
    handler: async (_timer, context) => {
      const batch = services().batch();
      await runMaintenance(batch, jobEngineOf(context));
      await forgetRuns(context, batch.clock.wallMs() - historyMs);
    },
  });
}
