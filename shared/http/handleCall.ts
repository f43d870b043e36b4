import { checkAccess } from '../auth/access.js';
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
    checkAccess(services.access, rules.access);
    answer = await handler(call, services);
  } catch (thrown) {
    answer = faultAnswer(thrown, call, rules, requestId, services);
  }
  return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } };
}

function faultAnswer(
  thrown: unknown,
  call: HttpCall,
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
    services.log.error(`request ${requestId} ${call.method} ${call.path}: ${text}`);
  } else if (statusOf(error.code, 'warmstart') >= 500) {
    // without its text, which may quote what the caller sent
    services.log.warn(`request ${requestId} ${call.method} ${call.path}: ${error.code}`);
  }
  const answer = rules.answerFault?.(error) ?? problemOf(error, rules.contract, requestId, call.path);
  return error.model ? { ...answer, headers: { ...answer.headers, ...modelHeaders(error.model) } } : answer;
}
