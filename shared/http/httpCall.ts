import type { ScoringError } from '../errors/scoringError.js';
import type { WireContract } from '../errors/errorKind.js';
import type { Permission } from '../auth/access.js';
import type { Principal } from '../auth/principal.js';
import type { Services } from '../services.js';

/** A request as a plain value, whatever host received it. Header names in lower case. */
export interface HttpCall {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
  readonly header: (name: string) => string | undefined;
  /** All of the body; empty when there is none. Read once. */
  readonly body: () => Promise<Uint8Array>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What a route declares of itself. */
export interface RouteRules {
  readonly access: Permission;
  readonly contract: WireContract;
  /** Stands for the path in logs and answers where the path itself holds a secret. */
  readonly shownPath?: string;
  /** How a fault is answered where the contract does not use the problem body for it. */
  readonly answerFault?: (error: ScoringError) => HttpAnswer | undefined;
}

/** `caller`: who calls, and may use the route. */
export type RouteHandler = (
  call: HttpCall,
  services: Services,
  caller: Principal,
) => Promise<HttpAnswer> | HttpAnswer;
