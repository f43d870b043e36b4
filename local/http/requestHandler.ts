import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FunctionApp } from '../core/functionApp.js';
import type { HostSettings } from '../hostSettings.js';
import type { HostLog } from '../log.js';
import type { RouteMatch, RouteTable } from '../routes/routeTable.js';
import { answerHostPath, isHostPath } from './adminRoutes.js';
import { isForeign } from './callerGuard.js';
import { Exchange, hasBody } from './exchange.js';
import { toAnswer } from './functionAnswer.js';
import { HOME_PAGE } from './homePage.js';
import { httpInvocation, type HttpFunction } from './httpFunction.js';
import { enterLine, isClosing } from './pipeline.js';
import { discardBody, readBody } from './requestBody.js';
import { RequestGate } from './requestGate.js';
import { parseRequest, type ParsedRequest } from './parseRequest.js';

/** Answers every request: what the host says itself, and what functions say (functions-host.md 2). */
export class RequestHandler {
  /** Requests whose answer has not been handed over yet. */
  readonly open = new Set<Exchange>();
  stopping = false;
  onIdle: (() => void) | undefined;
  readonly #gate: RequestGate | undefined;

  constructor(
    private readonly app: FunctionApp,
    private readonly routes: RouteTable<HttpFunction>,
    private readonly settings: HostSettings,
    private readonly log: HostLog,
    private readonly allowedHosts: readonly string[] | undefined,
  ) {
    const { maxConcurrentRequests, maxOutstandingRequests } = settings;
    if (maxConcurrentRequests >= 0 || maxOutstandingRequests >= 0) {
      this.#gate = new RequestGate(maxConcurrentRequests, maxOutstandingRequests);
    }
  }

  handle(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    if (isClosing(request.socket)) return;
    enterLine(request.socket, response);
    const exchange = new Exchange(request, response, expectsContinue);
    this.open.add(exchange);
    if (this.stopping) response.shouldKeepAlive = false;
    this.#answer(exchange)
      .catch((error: unknown) => {
        this.log.log('critical', 'Host.Http', `The answer could not be made: ${describe(error)}`);
        if (exchange.answered) response.destroy();
        else exchange.endEmpty(500);
      })
      .finally(() => {
        this.open.delete(exchange);
        if (this.open.size === 0) this.onIdle?.();
      });
  }

  /** Answers 500 for every function that has run longer than `functionTimeoutMs`; it goes on running. */
  endOverdue(functionTimeoutMs: number): void {
    const limit = Date.now() - functionTimeoutMs;
    for (const exchange of this.open) {
      const { invocation } = exchange;
      if (invocation === undefined || exchange.invokedAt > limit || exchange.answered) continue;
      const { functionName, invocationId } = invocation;
      const text = `Timeout value of ${functionTimeoutMs / 1000} s exceeded. The real host would replace the process (4.13/14).`;
      this.log.log('error', `Function.${functionName}`, text, functionName, invocationId);
      exchange.endEmpty(500);
    }
  }

  /** Checks in the order of functions-host.md 2.5. */
  async #answer(exchange: Exchange): Promise<void> {
    const parsed = parseRequest(exchange.request);
    if (typeof parsed === 'number') {
      exchange.endBroken(parsed);
      return;
    }
    const { method, target, head } = parsed;
    if (this.allowedHosts !== undefined && isForeign(head, this.allowedHosts)) return refuse(exchange, 403);
    if (isHostPath(target.path)) {
      const { status, headers } = answerHostPath(method, target.path);
      // Only the host's own administration is outside the limits on requests.
      if (/^\/admin/i.test(target.path) || this.#gate === undefined) return refuse(exchange, status, headers);
    }
    if (target.path === '/' && !this.settings.homePageDisabled) {
      if (method !== 'GET' && method !== 'HEAD') return refuse(exchange, 404);
      exchange.endPage(HOME_PAGE);
      return;
    }
    if (this.#gate === undefined) return this.#route(exchange, parsed);
    const entry = this.#gate.enter();
    if (entry === 'rejected') return refuse(exchange, 429, ['X-FUNCTION-SCALEOUT', '1']);
    if (entry !== 'running') await entry;
    try {
      await this.#route(exchange, parsed);
    } finally {
      this.#gate.leave();
    }
  }

  async #route(exchange: Exchange, parsed: ParsedRequest): Promise<void> {
    const { method, target, head } = parsed;
    const match = isHostPath(target.path) ? undefined : this.routes.find(method, target.path);
    if (match === undefined) return refuse(exchange, target.path === '/' ? 204 : 404);
    // There is no key store: every key is a wrong one.
    if (match.target.authLevel !== 'anonymous') return refuse(exchange, 401);
    if (match.target.disabled) return refuse(exchange, 404);
    if (head.contentLength > this.settings.maxBodyBytes) {
      const limit = `${this.settings.maxBodyBytes} bytes (FUNCTIONS_REQUEST_BODY_SIZE_LIMIT)`;
      const text = `A body of ${head.contentLength} bytes is over the limit of ${limit}.`;
      this.log.log('warning', 'Host.Http', text, match.target.name);
      return refuse(exchange, 500);
    }
    // An address cannot be made without a host, which HTTP/1.0 does not ask for.
    if (head.host === undefined || head.host === '') return refuse(exchange, 500);

    let body: Buffer | undefined;
    if (head.contentLength > 0) {
      if (exchange.expectsContinue) {
        exchange.expectsContinue = false;
        exchange.response.writeContinue();
      }
      body = await readBody(exchange.request);
      if (body === undefined) return;
    } else if (head.chunked) {
      await this.#dropBody(exchange, match);
    }
    await this.#invoke(exchange, match, parsed, body);
  }

  async #invoke(
    exchange: Exchange,
    match: RouteMatch<HttpFunction>,
    parsed: ParsedRequest,
    body: Buffer | undefined,
  ): Promise<void> {
    const invocation = httpInvocation(this.app, match.target, parsed, match.params, body);
    exchange.invocation = invocation;
    exchange.invokedAt = Date.now();
    try {
      const answer = toAnswer(await invocation.run());
      if (answer.fault !== undefined) this.#logFailure(invocation, answer.fault);
      exchange.end(answer);
    } catch (error) {
      this.#logFailure(invocation, describe(error));
      exchange.endEmpty(500);
    }
  }

  #logFailure(
    { functionName, invocationId }: { functionName: string; invocationId: string },
    text: string,
  ): void {
    this.log.log(
      'error',
      `Function.${functionName}`,
      `Executed (Failed): ${text}`,
      functionName,
      invocationId,
    );
  }

  async #dropBody(exchange: Exchange, match: RouteMatch<HttpFunction>): Promise<void> {
    if (exchange.expectsContinue) return;
    const bytes = await discardBody(exchange.request);
    if (bytes === 0) return;
    const text = 'A body without Content-Length does not reach the function (4.13/22).';
    this.log.log('warning', 'Host.Http', text, match.target.name);
  }
}

/** Lets the caller finish sending before an answer that does not depend on the body. */
async function refuse(exchange: Exchange, status: number, headers?: readonly string[]): Promise<void> {
  if (!exchange.expectsContinue && hasBody(exchange.request)) await discardBody(exchange.request);
  exchange.endEmpty(status, headers);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}
