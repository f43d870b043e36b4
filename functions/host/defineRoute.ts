import { app, type HttpMethod, type HttpRequest } from '@azure/functions';
import { handleCall } from '../../shared/http/handleCall.js';
import type { HttpCall, RouteHandler, RouteRules } from '../../shared/http/httpCall.js';
import { services } from '../../shared/services.js';
import { plainResponse } from './plainResponse.js';

export interface RouteOptions extends RouteRules {
  readonly methods: readonly HttpMethod[];
  /** Templates by function name. Requests are matched in the order of these names, whatever the templates are. */
  readonly routes: Readonly<Record<string, string>>;
  readonly handler: RouteHandler;
}

/**
 * Registers an HTTP function for each template. The platform level is anonymous on all of them: access is checked by
 * the app, the same on every host (design, section 8).
 */
export function defineRoute({ methods, routes, handler, ...rules }: RouteOptions): void {
  for (const [name, route] of Object.entries(routes)) {
    app.http(name, {
      methods: [...methods],
      route,
      authLevel: 'anonymous',
      handler: async (request) =>
        plainResponse(await handleCall(toCall(request), rules, handler, services())),
    });
  }
}

function toCall(request: HttpRequest): HttpCall {
  const { headers } = request;
  return {
    method: request.method,
    get path() {
      return new URL(request.url).pathname;
    },
    params: request.params,
    header: (name) => headers.get(name) ?? undefined,
    body: async () => new Uint8Array(await request.arrayBuffer()),
  };
}
