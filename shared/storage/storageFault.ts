import type { RestError } from '@azure/storage-blob';

/** What went wrong with a call to storage, in words that carry no address, account name or signature. */
export interface StorageFault {
  /** Another try can cure it. */
  readonly isPassing: boolean;
  /** Of the answer; undefined when there was none. */
  readonly status?: number;
  /** Error code of storage, such as `BlobNotFound`. */
  readonly code?: string;
  readonly text: string;
}

/** Ends a try; another one follows. */
export class TryEnded extends Error {}

const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
const PASSING_CODES = new Set(['ContainerBeingDeleted', 'QueueBeingDeleted']);
/** What @azure/identity throws; the identity is not there or may not, which no repeat changes. */
const CREDENTIAL_ERRORS = new Set([
  'AuthenticationError',
  'AuthenticationRequiredError',
  'AggregateAuthenticationError',
  'CredentialUnavailableError',
]);

/**
 * Judges what a call of the storage client threw. Its messages are not passed on: they hold host names, and storage
 * quotes the address and the text that it expected to be signed.
 */
export function storageFault(thrown: unknown): StorageFault {
  if (thrown instanceof TryEnded) return { isPassing: true, text: thrown.message };
  const error = thrown as Partial<RestError>;
  if (error.name !== undefined && CREDENTIAL_ERRORS.has(error.name)) {
    return { isPassing: false, text: 'no token for the identity of the app' };
  }
  const code = wordOf(error.response?.headers.get('x-ms-error-code') ?? error.code);
  const status = error.statusCode;
  if (status === undefined || status < 400) {
    const word = code ?? wordOf(error.name);
    return { isPassing: true, text: `the connection broke${word === undefined ? '' : ` (${word})`}` };
  }
  return {
    isPassing: PASSING_STATUSES.has(status) || (code !== undefined && PASSING_CODES.has(code)),
    status,
    ...(code === undefined ? {} : { code }),
    text: code === undefined ? `status ${status}` : `status ${status} ${code}`,
  };
}

/** Whether storage answered with this status. */
export function hasStatus(thrown: unknown, status: number): boolean {
  return storageFault(thrown).status === status;
}

/** Whether storage answered with this error code. */
export function hasCode(thrown: unknown, code: string): boolean {
  return storageFault(thrown).code === code;
}

/** Names alone: anything else that came in place of a code is not repeated. */
function wordOf(code: string | undefined): string | undefined {
  return code !== undefined && /^\w{1,60}$/.test(code) ? code : undefined;
}
