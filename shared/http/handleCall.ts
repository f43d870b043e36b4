import { requirePermission, requireServices } from '../auth/access.js';
import { nobody, type Principal } from '../auth/principal.js';
import { statusOf } from '../errors/codes.js';
import { problemOf } from '../errors/problem.js';
import { ScoringError } from '../errors/scoringError.js';
import type { Services } from '../services.js';
import type { HttpAnswer, HttpCall, RouteHandler, RouteRules } from './httpCall.js';
import { modelHeaders } from './modelHeaders.js';
import { requestIdOf } from './requestId.js';

/**
 * The way of every request: request id, access, handler, and faults turned into the answer that the route's contract
 * asks for. Never throws; what is no ScoringError is logged with its cause and answered without detail.
 */
export async function handleCall(
  call: HttpCall,
  rules: RouteRules,
  handler: RouteHandler,
  services: Services,
): Promise<HttpAnswer> {
  const requestId = requestIdOf(call.header('x-request-id'), services.newId);
  let answer: HttpAnswer;
  try {
    // not awaited where it is known at once: this is the way of every scoring call
    const found = rules.access === 'anonymous' ? nobody : services.auth.authenticator.callerOf(call);
    let caller: Principal = found instanceof Promise ? await found : found;
    requirePermission(caller, rules.access);
    if (rules.access === 'admin' || rules.access === 'model') {
      caller = await services.auth.authenticator.asOfNow(caller);
      requirePermission(caller, rules.access);
    }
    const model = call.params.name ?? call.params.model;
    if (model !== undefined && rules.access !== 'anonymous') requireServices(caller, { name: model });
    answer = await handler(call, services, caller);
  } catch (thrown) {
    answer = faultAnswer(
      thrown,
      { method: call.method, path: rules.shownPath ?? call.path },
      rules,
      requestId,
      services,
    );
  }
  services.presence.touch();
  return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } };
}

function faultAnswer(
  thrown: unknown,
  { method, path }: Pick<HttpCall, 'method' | 'path'>,
  rules: RouteRules,
  requestId: string,
  services: Services,
): HttpAnswer {
  const error =
    thrown instanceof ScoringError
      ? thrown
      : new ScoringError('SCORE_ERR_INTERNAL', 'an internal fault; the log has its cause', { cause: thrown });
  if (error.code === 'SCORE_ERR_INTERNAL') {
    const { cause } = error;
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    services.log.error(`request ${requestId} ${method} ${path}: ${text}`);
  } else if (statusOf(error.code, 'warmstart') >= 500) {
    // without its text, which may quote what the caller sent
    services.log.warn(`request ${requestId} ${method} ${path}: ${error.code}${storageText(error)}`);
  }
  const answer = rules.answerFault?.(error) ?? problemOf(error, rules.contract, requestId, path);
  return error.model ? { ...answer, headers: { ...answer.headers, ...modelHeaders(error.model) } } : answer;
}

/** What storage was asked for, which callers are not told. */
function storageText({ code, cause }: ScoringError): string {
  return code.startsWith('SCORE_ERR_STORAGE_') && cause instanceof Error ? `: ${cause.message}` : '';
}
