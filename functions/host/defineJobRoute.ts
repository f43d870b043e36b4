import type { InvocationContext } from '@azure/functions';
import type { BatchContext } from '../../shared/batch/batchContext.js';
import type { JobEngine } from '../../shared/batch/engine.js';
import { callerOf, ownersSeenBy } from '../../shared/auth/access.js';
import type { HttpAnswer, HttpCall } from '../../shared/http/httpCall.js';
import type { Services } from '../../shared/services.js';
import { defineHostRoute, type RouteOptions } from './defineRoute.js';
import { durableClient, jobEngineOf } from './jobEngine.js';

/** What a handler of a job route works with. */
export interface JobTools {
  readonly batch: BatchContext;
  readonly engine: JobEngine;
  /** Who calls: jobs that he starts belong to him. */
  readonly owner: string;
  /** Whose jobs the caller sees. */
  readonly owners: readonly string[];
}

export type JobHandler = (call: HttpCall, tools: JobTools) => Promise<HttpAnswer>;

interface JobRouteOptions extends Pick<RouteOptions, 'methods' | 'routes'> {
  readonly handler: JobHandler;
}

/** Registers a route of the batch half: with a client of the durable engine, on our own contract. */
export function defineJobRoute({ handler, ...options }: JobRouteOptions): void {
  defineHostRoute({
    ...options,
    access: 'batch',
    contract: 'warmstart',
    extraInputs: [durableClient],
    handlerFor: (context) => (call, services) => handler(call, toolsOf(context, services)),
  });
}

function toolsOf(context: InvocationContext, services: Services): JobTools {
  const { access } = services;
  return {
    batch: services.batch(),
    engine: jobEngineOf(context),
    owner: callerOf(access),
    owners: ownersSeenBy(access),
  };
}
