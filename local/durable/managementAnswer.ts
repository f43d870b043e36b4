import type { ManagementLinks } from './clientPayload.js';

export interface ManagementRequest {
  readonly method: string;
  /** Below the base of the API, decoded (an encoded slash apart): empty or with a slash in front. */
  readonly path: string;
  /** With its question mark, as sent, or empty. */
  readonly query: string;
  /** The whole address as it was asked for. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** For the addresses in the answer. */
  readonly links: ManagementLinks;
  /** Whether it came in at the RPC address. */
  readonly rpc: boolean;
}

export interface ManagementAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body?: Buffer;
}

export function emptyAnswer(status: number): ManagementAnswer {
  return { status, headers: [] };
}

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: readonly string[] = [],
): ManagementAnswer {
  const type = ['Content-Type', 'application/json; charset=utf-8'];
  return { status, headers: [...type, ...headers], body: Buffer.from(JSON.stringify(value)) };
}
