import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../shared/clock.js';
import type { FunctionApp } from '../core/functionApp.js';
import type { HostSettings } from '../hostSettings.js';
import type { HostLog } from '../log.js';
import type { RouteTable } from '../routes/routeTable.js';
import { describeError, logFailure, runLogged, type CallContext } from '../runFunction.js';
import { isForeign } from './callerGuard.js';
import { Exchange } from './exchange.js';
import { toAnswer } from './functionAnswer.js';
import { isHostPath, type HostPaths } from './hostPaths.js';
import { httpInvocation, type HttpFunction } from './httpFunction.js';
import { enterLine, isClosing } from './pipeline.js';
import { discardBody } from './requestBody.js';
import { RequestGate } from './requestGate.js';
import { parseRequest, type ParsedRequest } from './parseRequest.js';

/** The page at `/` while no function may have that route (functions-host.md 2.2). */
const HOME_PAGE = Buffer.from(`<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>The function app is running</title>
<h1>The function app is running</h1>
<p>Set <code>AzureWebJobsDisableHomepage=true</code> to give <code>/</code> to a function.</p></html>
`);

/** Answers every request: what the host says itself, and what functions say (functions-host.md 2). */
export class RequestHandler {
  /** Requests whose answer has not been handed over yet. */
  readonly open = new Set<Exchange>();
  /** Requests wait for it; undefined when the host has started. */
  starting: Promise<unknown> | undefined;
  stopping = false;
  onIdle: (() => void) | undefined;
  readonly #gate: RequestGate | undefined;
  readonly #calls: CallContext;

  constructor(
    private readonly app: FunctionApp,
    private readonly routes: RouteTable<HttpFunction>,
    private readonly hostPaths: HostPaths,
    private readonly settings: HostSettings,
    clock: Clock,
    private readonly log: HostLog,
    private readonly allowedHosts: readonly string[] | undefined,
  ) {
    const { maxConcurrentRequests: running, maxOutstandingRequests: all, functionTimeoutMs } = settings;
    this.#calls = { clock, log, functionTimeoutMs };
    if (running >= 0 || all >= 0) this.#gate = new RequestGate(running, all);
  }

  handle(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    if (isClosing(request.socket)) return;
    enterLine(request.socket, response);
    const exchange = new Exchange(request, response, expectsContinue);
    this.open.add(exchange);
    if (this.stopping) response.shouldKeepAlive = false;
    this.#answer(exchange)
      .catch((error: unknown) => {
        this.log.log('critical', 'Host.Http', `The answer could not be made: ${describeError(error)}`);
        if (exchange.answered) response.destroy();
        else exchange.endEmpty(500);
      })
      .finally(() => {
        this.open.delete(exchange);
        if (this.open.size === 0) this.onIdle?.();
      });
  }

  /** Checks in the order of functions-host.md 2.5. */
  async #answer(exchange: Exchange): Promise<void> {
    if (this.starting !== undefined) await this.starting;
    const parsed = parseRequest(exchange.request);
    if (typeof parsed === 'number') {
      exchange.endBroken(parsed);
      return;
    }
    const { method, target, head } = parsed;
    if (this.allowedHosts !== undefined && isForeign(head, this.allowedHosts)) return exchange.refuse(403);
    const isOwn = isHostPath(target.path);
    // Only the host's own administration is outside the limits on requests.
    if (isOwn && /^\/admin/i.test(target.path)) return this.hostPaths.answerAdmin(exchange, parsed);
    if (target.path === '/' && !this.settings.homePageDisabled) {
      if (method !== 'GET' && method !== 'HEAD') return exchange.refuse(404);
      exchange.endWhole(200, ['Content-Type', 'text/html'], HOME_PAGE);
      return;
    }
    const entry = this.#gate?.enter();
    if (entry === 'rejected') return exchange.refuse(429, ['X-FUNCTION-SCALEOUT', '1']);
    if (entry !== undefined && entry !== 'running') await entry;
    try {
      await (isOwn ? this.hostPaths.answerWebhook(exchange, parsed) : this.#route(exchange, parsed));
    } finally {
      this.#gate?.leave();
    }
  }

  async #route(exchange: Exchange, parsed: ParsedRequest): Promise<void> {
    const { method, target, head } = parsed;
    const match = this.routes.find(method, target.path);
    if (match === undefined) return exchange.refuse(target.path === '/' ? 204 : 404);
    if (match.target.disabled && this.hostPaths.accessOf(parsed) !== 'master') return exchange.refuse(404);
    if (head.contentLength > this.settings.maxBodyBytes) {
      const text = `A body of ${head.contentLength} bytes is over FUNCTIONS_REQUEST_BODY_SIZE_LIMIT.`;
      this.log.log('warning', 'Host.Http', text, match.target.name);
      return exchange.refuse(500);
    }
    // An address cannot be made without a host, which HTTP/1.0 does not ask for.
    if (head.host === undefined || head.host === '') return exchange.refuse(500);

    let body: Buffer | undefined;
    if (head.contentLength > 0) {
      const read = await exchange.readBody(undefined, head.contentLength);
      if (typeof read !== 'object') return;
      body = read;
    } else if (head.chunked && !exchange.expectsContinue && (await discardBody(exchange.request)) > 0) {
      const text = 'A body without Content-Length does not reach the function (4.13/22).';
      this.log.log('warning', 'Host.Http', text, match.target.name);
    }
    const invocation = httpInvocation(this.app, match.target, parsed, match.params, body);
    const outcome = await runLogged(invocation, this.#calls);
    if (outcome === undefined) {
      exchange.endEmpty(500);
      return;
    }
    try {
      const answer = toAnswer(outcome);
      if (answer.fault !== undefined) logFailure(this.log, invocation, `Executed (Failed): ${answer.fault}`);
      exchange.end(answer);
    } catch (error) {
      logFailure(this.log, invocation, `Executed (Failed): ${describeError(error)}`);
      exchange.endEmpty(500);
    }
  }
}
