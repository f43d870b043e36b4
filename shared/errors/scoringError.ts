import { errorCodes, type ErrorCode } from './codes.js';

/** One place of the request that is at fault; `pointer` is a JSON pointer (RFC 6901) into the body. */
export interface ErrorPlace {
  readonly pointer: string;
  readonly message: string;
  /** Zero-based row of the input. */
  readonly row?: number;
}

export interface ScoringErrorOptions {
  readonly places?: readonly ErrorPlace[];
  /** When to try again; taken for retryable codes only. */
  readonly retryAfterS?: number;
  readonly cause?: unknown;
}

/** The model version that a call was about. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** A fault with a code of the registry. `message` names the thing, the rule and what came; it is shown to callers. */
export class ScoringError extends Error {
  readonly code: ErrorCode;
  readonly places: readonly ErrorPlace[];
  readonly retryAfterS: number | undefined;
  /** Set where the call had reached a model. */
  model: ModelIdentity | undefined;

  constructor(code: ErrorCode, message: string, options: ScoringErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ScoringError';
    this.code = code;
    this.places = options.places ?? [];
    this.retryAfterS = errorCodes[code].retryable ? (options.retryAfterS ?? 1) : undefined;
  }
}

/** A fault as it crosses a thread or process boundary. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly places?: readonly ErrorPlace[];
  /** Text for the log, never for callers. */
  readonly logText?: string;
}

/** Turns anything thrown into a message; what is no ScoringError becomes SCORE_ERR_INTERNAL and keeps its text for the log. */
export function toErrorMessage(thrown: unknown): ErrorMessage {
  if (thrown instanceof ScoringError) {
    const cause = thrown.cause instanceof Error ? thrown.cause.message : undefined;
    return {
      code: thrown.code,
      message: thrown.message,
      ...(thrown.places.length > 0 ? { places: thrown.places } : {}),
      ...(cause === undefined ? {} : { logText: cause }),
    };
  }
  const logText = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { code: 'SCORE_ERR_INTERNAL', message: errorCodes.SCORE_ERR_INTERNAL.title, logText };
}

/** The error that a message of another thread or process stands for. */
export function fromErrorMessage(message: ErrorMessage): ScoringError {
  return new ScoringError(message.code, message.message, {
    ...(message.places ? { places: message.places } : {}),
    ...(message.logText === undefined ? {} : { cause: new Error(message.logText) }),
  });
}
