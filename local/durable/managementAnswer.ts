import type { WebhookAnswer, WebhookRequest } from '../http/webhook.js';
import type { ManagementLinks } from './clientPayload.js';

export interface ManagementRequest extends Omit<WebhookRequest, 'origin'> {
  /** For the addresses in the answer. */
  readonly links: ManagementLinks;
  /** Whether it came in at the RPC address. */
  readonly rpc: boolean;
}

export function emptyAnswer(status: number): WebhookAnswer {
  return { status, headers: [] };
}

/** `headers`: further names and values in turn. */
export function jsonAnswer(status: number, value: unknown, headers: readonly string[] = []): WebhookAnswer {
  const type = ['Content-Type', 'application/json; charset=utf-8'];
  return { status, headers: [...type, ...headers], body: Buffer.from(JSON.stringify(value)) };
}

/** An operation of the management API that is not done: status and JSON body of the answer. */
export class ManagementFault extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(JSON.stringify(body));
  }
}

export function argumentFault(
  text: string,
  summary = 'One or more of the arguments submitted is incorrect',
): ManagementFault {
  return exception(400, summary, 'System.ArgumentException', text);
}

export function jsonFault(text: string): ManagementFault {
  return exception(400, 'Invalid JSON content', 'Newtonsoft.Json.JsonReaderException', text);
}

export function serverFault(type: string, text: string): ManagementFault {
  return exception(500, 'Something went wrong while processing your request', type, text);
}

/** As the real extension answers for a .NET exception (functions-host.md 4.12). */
function exception(status: number, Message: string, ExceptionType: string, text: string): ManagementFault {
  const StackTrace = '   at the local host, which has no .NET stack';
  return new ManagementFault(status, { Message, ExceptionMessage: text, ExceptionType, StackTrace });
}
