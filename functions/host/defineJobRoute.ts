import type { InvocationContext } from '@azure/functions';
import type { BatchContext } from '../../shared/batch/batchContext.js';
import type { JobEngine } from '../../shared/batch/engine.js';
import { ownersSeenBy, type Permission } from '../../shared/auth/access.js';
import type { Principal } from '../../shared/auth/principal.js';
import type { WireContract } from '../../shared/errors/errorKind.js';
import type { HttpAnswer, HttpCall } from '../../shared/http/httpCall.js';
import type { Services } from '../../shared/services.js';
import { defineHostRoute, type RouteOptions } from './defineRoute.js';
import { durableClient, jobEngineOf } from './jobEngine.js';

/** What a handler of a job route works with. */
export interface JobTools {
  readonly batch: BatchContext;
  readonly engine: JobEngine;
  /** Who calls. */
  readonly caller: Principal;
  /** His name: jobs that he starts belong to him. */
  readonly owner: string;
  /** Whose jobs the caller sees. */
  readonly owners: readonly string[] | 'all';
}

export type JobHandler = (call: HttpCall, tools: JobTools) => Promise<HttpAnswer>;

interface JobRouteOptions extends Pick<RouteOptions, 'methods' | 'routes'> {
  readonly handler: JobHandler;
  /** `batch` unless given. */
  readonly access?: Permission;
  /** Our own unless given. */
  readonly contract?: WireContract;
}

/** Registers a route of the batch half: with a client of the durable engine. */
export function defineJobRoute({ handler, ...options }: JobRouteOptions): void {
  defineHostRoute({
    access: 'batch',
    contract: 'warmstart',
    ...options,
    extraInputs: [durableClient],
    handlerFor: (context) => (call, services, caller) => handler(call, toolsOf(context, services, caller)),
  });
}

function toolsOf(context: InvocationContext, services: Services, caller: Principal): JobTools {
  return {
    batch: services.batch(),
    engine: jobEngineOf(context),
    caller,
    owner: caller.name,
    owners: ownersSeenBy(caller),
  };
}
