import type { TraceContext } from '../core/coreTypes.js';
import type { FunctionApp } from '../core/functionApp.js';
import { Invocation } from '../core/invoke.js';
import type { Routed } from '../routes/routeTable.js';
import type { RouteValues } from '../routes/matchRoute.js';
import type { TriggeredFunction } from '../triggers.js';
import type { ParsedRequest } from './parseRequest.js';
import { parseQuery } from './query.js';

const TRACE_PARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;
const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

/** A function with an HTTP trigger as the routes and the server need it. */
export type HttpFunction = TriggeredFunction & Routed;

/** The HTTP side of a function with an HTTP trigger. */
export function toHttpFunction(target: TriggeredFunction): HttpFunction {
  const { methods, route } = target.trigger.options;
  return {
    ...target,
    methods: Array.isArray(methods) ? methods.map(String) : [],
    route: typeof route === 'string' ? route : undefined,
  };
}

/** Builds the call of a function for one request, in plain mode (functions-host.md 1.8). */
export function httpInvocation(
  app: FunctionApp,
  { registered, trigger }: HttpFunction,
  { method, target, head }: ParsedRequest,
  params: RouteValues,
  body: Buffer | undefined,
): Invocation {
  // The library takes plain maps as well as the nullable ones of the wire, and does not copy them again.
  const http = {
    method,
    url: `http://${head.host ?? ''}${target.encodedPath}${target.query}`,
    headers: head.headers,
    query: target.query.length < 2 ? NOTHING : parseQuery(target.query),
    params,
    body: body === undefined ? undefined : { bytes: body },
  };
  return new Invocation(app, registered, {
    name: trigger.name,
    data: { http },
    traceContext: traceContext(head.headers),
  });
}

function traceContext(headers: Readonly<Record<string, string>>): TraceContext | undefined {
  const traceParent = headers.traceparent;
  if (traceParent === undefined || !TRACE_PARENT.test(traceParent)) return undefined;
  const traceState = headers.tracestate;
  return { traceParent, ...(traceState === undefined ? {} : { traceState }), attributes: NOTHING };
}
