/** A request below `/runtime/webhooks/<name>` whose key was right. */
export interface WebhookRequest {
  readonly method: string;
  /** Below the name, decoded: empty or with a slash in front. */
  readonly path: string;
  /** Values of one name are joined with a comma. */
  readonly query: Readonly<Record<string, string>>;
  /** The whole address as it was asked for. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** undefined: none, or an empty one */
  readonly body: Buffer | undefined;
  /** `http://<host as the caller names it>` */
  readonly origin: string;
}

export interface WebhookAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body?: Buffer;
}

/** What an extension answers; a rejection becomes an empty 500. */
export type WebhookHandler = (request: WebhookRequest) => Promise<WebhookAnswer>;
