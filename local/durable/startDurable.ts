import { join } from 'node:path';
import type { WebhookAnswer, WebhookHandler } from '../http/webhook.js';
import type { TriggerContext } from '../triggerContext.js';
import type { TriggeredFunction, TriggerListener } from '../triggers.js';
import { ActivityRunner } from './activityRunner.js';
import { clientPayload, type ManagementLinks } from './clientPayload.js';
import { DurableWorker } from './durableWorker.js';
import { emptyAnswer, type ManagementRequest } from './managementAnswer.js';
import { answerManagement } from './managementApi.js';
import { ReplayEngine, type DurableFunctions } from './orchestrationEngine.js';
import { startRpcServer } from './rpcServer.js';
import { DurableStore } from './sqliteStore.js';
import { TaskHub } from './taskHub.js';

const CLIENT_BINDING = 'durableclient';
const BASE_PATH = '/runtime/webhooks/durabletask';

export interface Durable {
  readonly listener: TriggerListener;
  readonly webhook: WebhookHandler;
}

/**
 * Opens the durable backend of an app, or gives undefined for an app that uses none. Its store is
 * `<dataDir>/durable.db`. Throws a HostFault for a store that cannot be used; later such a fault ends the process.
 */
export async function startDurable(context: TriggerContext): Promise<Durable | undefined> {
  const { app, functions, settings, keys, dataDir, origin, clock, log } = context;
  const orchestrators = byName(functions.orchestration);
  const activities = byName(functions.activity);
  const hasClient = [...app.functions.values()].some(({ metadata }) =>
    Object.values(metadata.bindings).some(({ type }) => type.toLowerCase() === CLIENT_BINDING),
  );
  if (orchestrators.size === 0 && activities.size === 0 && !hasClient) return undefined;

  const store = new DurableStore(dataDir === undefined ? ':memory:' : join(dataDir, 'durable.db'));
  const { hubName, overridableExistingInstanceStates: overridableStates, ...limits } = settings.durable;
  const notify = (instanceId: string): void => {
    worker.notify(instanceId);
  };
  const runner = new ActivityRunner({
    ...{ app, store, clock, log, notify, onFault: endProcess, functions: activities },
    maxConcurrent: limits.maxConcurrentActivityFunctions,
    functionTimeoutMs: settings.functionTimeoutMs,
  });
  const worker = new DurableWorker({
    ...{ store, clock, activities: runner, onFault: endProcess },
    engine: new ReplayEngine(app, orchestrators, activities),
    maxConcurrentOrchestrators: limits.maxConcurrentOrchestratorFunctions,
  });
  const names = [...orchestrators.values()].map(({ name }) => name);
  const hub = new TaskHub({ store, clock, notify, orchestrators: names, overridableStates });
  const answering = (request: ManagementRequest): Promise<WebhookAnswer> =>
    answerManagement(hub, request).catch((error: unknown) => {
      endProcess(error);
      return emptyAnswer(500);
    });

  const code = keys.system.durabletask_extension;
  const linksAt = (from: string): ManagementLinks => ({ baseUrl: `${from}${BASE_PATH}`, code, hubName });
  const rpc = await startRpcServer(linksAt, answering);
  const payload = clientPayload(linksAt(origin), rpc.baseUrl);
  app.inputProviders.set(CLIENT_BINDING, () => ({ string: payload }));

  return {
    listener: {
      start: () => worker.start(),
      stop: (graceMs) => worker.stop(graceMs),
      close: async () => {
        await rpc.close();
        store.close();
      },
    },
    webhook: (request) => answering({ ...request, links: linksAt(request.origin), rpc: false }),
  };
}

function byName(functions: readonly TriggeredFunction[]): DurableFunctions {
  const enabled = functions.filter(({ disabled }) => !disabled);
  return new Map(enabled.map((one) => [one.name.toLowerCase(), one]));
}

/** What the backend cannot go on from, as a full disk: nothing is lost, since nothing was acknowledged. */
function endProcess(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
