/** The wire contract a route speaks; it decides the HTTP status of a rejected input. */
export type WireContract = 'warmstart' | 'consumption' | 'openInference';

/** What is said of a code, the same for every occurrence. */
export interface FaultKind {
  /** Short name of the fault (RFC 9457 `title`). */
  readonly title: string;
  /** What the caller can do; printed in docs/errors.md. */
  readonly remedy: string;
}

/** A fault that answers a request. */
export interface ErrorKind extends FaultKind {
  /** HTTP status on our own routes. */
  readonly status: number;
  /** Statuses that a wire contract asks for instead. */
  readonly wireStatus?: Partial<Record<WireContract, number>>;
  /** Whether the same request may succeed later; such answers carry `Retry-After`. */
  readonly retryable?: boolean;
}
