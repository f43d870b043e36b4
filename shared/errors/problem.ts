import { errorCodes, statusOf } from './codes.js';
import type { WireContract } from './errorKind.js';
import type { ScoringError } from './scoringError.js';

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The one error body of the product: RFC 9457 members, `code`, `requestId`, `errors[]` and the `error` text of the
 * Open Inference Protocol. On consumption routes also the members of the Machine Learning Server errors, where `code`
 * is the HTTP status and the text code is in `errorCode` (contracts/machine-learning-server.md 1.0).
 */
export function problemOf(
  error: ScoringError,
  contract: WireContract,
  requestId: string,
  instance: string,
): Problem {
  const status = statusOf(error.code, contract);
  const problem = {
    type: `urn:warmstart:error:${error.code}`,
    title: errorCodes[error.code].title,
    status,
    detail: error.message,
    instance,
    code: error.code,
    requestId,
    errors: error.places.map((place) => ({ code: error.code, ...place })),
    error: error.message,
  };
  const body = contract === 'consumption' ? { ...problem, ...consumptionMembers(error, status) } : problem;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'x-ms-error-code': error.code,
      ...(error.retryAfterS === undefined ? {} : { 'retry-after': String(error.retryAfterS) }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: JSON.stringify(body),
  };
}

function consumptionMembers(error: ScoringError, status: number) {
  return {
    code: status,
    errorCode: error.code,
    message: error.message,
    link: '',
    exceptionType: error.name,
    fields: error.places.map((place) => place.pointer).join(', '),
  };
}
