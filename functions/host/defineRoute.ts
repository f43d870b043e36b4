import { randomUUID } from 'node:crypto';
import {
  app,
  type FunctionInput,
  type HttpMethod,
  type HttpRequest,
  type InvocationContext,
} from '@azure/functions';
import { handleCall } from '../../shared/http/handleCall.js';
import type { HttpAnswer, HttpCall, RouteHandler, RouteRules } from '../../shared/http/httpCall.js';
import { requestIdOf } from '../../shared/http/requestId.js';
import { problemOf } from '../../shared/errors/problem.js';
import { ScoringError } from '../../shared/errors/scoringError.js';
import { services, type Services } from '../../shared/services.js';
import { plainResponse } from './plainResponse.js';
import { bodyOf } from './requestBody.js';

export interface RouteOptions extends RouteRules {
  readonly methods: readonly HttpMethod[];
  /** Templates by function name. Requests are matched in the order of these names, whatever the templates are. */
  readonly routes: Readonly<Record<string, string>>;
  readonly handler: RouteHandler;
}

/** A route whose handler takes what the host knows of the invocation. */
export interface HostRouteOptions extends Omit<RouteOptions, 'handler'> {
  readonly extraInputs?: readonly FunctionInput[];
  readonly handlerFor: (context: InvocationContext) => RouteHandler;
}

/**
 * Registers an HTTP function for each template. The platform level is anonymous on all of them: access is checked by
 * the app, the same on every host (design, section 8).
 */
export function defineRoute({ handler, ...options }: RouteOptions): void {
  defineHostRoute({ ...options, handlerFor: () => handler });
}

/** The same for handlers that work with a client of the host, such as the durable one. */
export function defineHostRoute({
  methods,
  routes,
  handlerFor,
  extraInputs,
  ...rules
}: HostRouteOptions): void {
  for (const [name, route] of Object.entries(routes)) {
    app.http(name, {
      methods: [...methods],
      route,
      authLevel: 'anonymous',
      ...(extraInputs === undefined ? {} : { extraInputs: [...extraInputs] }),
      handler: async (request, context) =>
        plainResponse(await answerTo(toCall(request), rules, handlerFor(context))),
    });
  }
}

async function answerTo(call: HttpCall, rules: RouteRules, handler: RouteHandler): Promise<HttpAnswer> {
  let built: Services;
  try {
    built = services();
  } catch (error) {
    // a setting that is not valid: the host would answer 500 without a word
    if (!(error instanceof ScoringError)) throw error;
    const requestId = requestIdOf(call.header('x-request-id'), randomUUID);
    return problemOf(error, rules.contract, requestId, rules.shownPath ?? call.path);
  }
  return handleCall(call, rules, handler, built);
}

function toCall(request: HttpRequest): HttpCall {
  const { headers } = request;
  return {
    method: request.method,
    get path() {
      return new URL(request.url).pathname;
    },
    get query() {
      return new URL(request.url).searchParams;
    },
    params: request.params,
    header: (name) => headers.get(name) ?? undefined,
    body: () => bodyOf(request),
  };
}
