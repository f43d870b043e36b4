/** What is known of a failed call. */
export interface MLServerErrorFacts {
  readonly status: number;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterS?: number | undefined;
  readonly body?: unknown;
  readonly cause?: unknown;
}

/** A call that the server refused or did not answer. Match on `status` and `code`, never on the message. */
export class MLServerError extends Error {
  override readonly name = 'MLServerError';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Text code of the server, such as `SCORE_ERR_MODEL_NOT_FOUND`; `CLIENT_NO_ANSWER` when no answer came. */
  readonly code: string | undefined;
  /** Names the call in the log of the server. */
  readonly requestId: string | undefined;
  /** Seconds after which the server asks to come again. */
  readonly retryAfterS: number | undefined;
  /** The body of the answer: the value when it was JSON, else its text. */
  readonly body: unknown;

  constructor(message: string, { status, code, requestId, retryAfterS, body, cause }: MLServerErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.retryAfterS = retryAfterS;
    // not in logs: it may quote what was sent
    Object.defineProperty(this, 'body', { value: body, enumerable: false });
  }
}

/** Reads an answer that is no success. */
export async function errorOfResponse(
  response: Response,
  method: string,
  path: string,
): Promise<MLServerError> {
  const { status, headers } = response;
  const text = await response.text();
  const body = jsonOrText(text);
  const members = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const code =
    textOf(members.errorCode) ?? textOf(members.code) ?? headers.get('x-ms-error-code') ?? undefined;
  const said = textOf(members.message) ?? textOf(members.detail) ?? textOf(members.error);
  return new MLServerError(said ?? `${method} ${path} was answered with status ${status}`, {
    status,
    code,
    requestId: headers.get('x-request-id') ?? textOf(members.requestId),
    retryAfterS: retryAfterOf(headers.get('retry-after')),
    body,
  });
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** The header counts seconds; its other form, a date, is not used by the server. */
function retryAfterOf(value: string | null): number | undefined {
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
