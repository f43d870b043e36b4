import type { TraceContext } from '../core/coreTypes.js';
import type { FunctionApp } from '../core/functionApp.js';
import { Invocation } from '../core/invoke.js';
import type { Routed } from '../routes/routeTable.js';
import type { RouteValues } from '../routes/matchRoute.js';
import type { TriggeredFunction } from '../triggers.js';
import type { ParsedRequest } from './parseRequest.js';
import { parseQuery } from './query.js';

const TRACE_PARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;
const LARGE_BYTES = 1_048_576;
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
  const url = `http://${head.host ?? ''}${target.encodedPath}${target.query}`;
  const { headers } = head;
  const isLarge = body !== undefined && body.length > LARGE_BYTES && method !== 'GET' && method !== 'HEAD';
  const native = isLarge ? nativeRequest(url, method, headers, body) : undefined;
  const http = {
    method,
    url,
    headers,
    query: target.query.length < 2 ? NOTHING : parseQuery(target.query),
    params,
    body: body === undefined ? undefined : { bytes: body },
    ...(native === undefined ? {} : { nativeRequest: native }),
  };
  return new Invocation(app, registered, {
    name: trigger.name,
    data: { http },
    traceContext: traceContext(head.headers),
  });
}

/**
 * A request whose body is handed over as it is. The one that the library makes of bytes holds two more copies of them for
 * as long as the function runs, which counts for large bodies. Undefined for what cannot be a request: the library says so.
 */
function nativeRequest(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Request | undefined {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(body);
      controller.close();
    },
  });
  try {
    return new Request(url, { method, headers, body: stream, duplex: 'half' });
  } catch {
    return undefined;
  }
}

function traceContext(headers: Readonly<Record<string, string>>): TraceContext | undefined {
  const traceParent = headers.traceparent;
  if (traceParent === undefined || !TRACE_PARENT.test(traceParent)) return undefined;
  const traceState = headers.tracestate;
  return { traceParent, ...(traceState === undefined ? {} : { traceState }), attributes: NOTHING };
}
