import type { Credentials, Proof } from './credentials.js';
import { pause, withDeadline, type CallOptions } from './deadline.js';
import { errorOfResponse, MLServerError } from './mlServerError.js';

/** A request that can be sent again as it is. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query, from the root of the server. */
  readonly path: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly form?: FormData;
}

export interface TransportOptions {
  readonly fetch: typeof globalThis.fetch;
  /** For calls that name no time of their own. */
  readonly timeoutMs: number;
}

/** How often a GET is repeated that is answered 503 with Retry-After, and the longest time that is waited for. */
const mostRepeats = 3;
const longestWaitS = 30;

/** Sends requests with credentials and turns what is no success into an MLServerError. */
export class Transport {
  readonly #base: string;
  readonly #options: TransportOptions;

  /** `base`: address of the server without a slash at its end. */
  constructor(base: string, options: TransportOptions) {
    this.#base = base;
    this.#options = options;
  }

  /** The value of a JSON answer; undefined for an empty one. Throws an MLServerError, as all calls do. */
  async json(request: Request, credentials: Credentials, options: CallOptions = {}): Promise<unknown> {
    return this.#call(request, credentials, options, async (response) => {
      const text = await response.text();
      try {
        return text === '' ? undefined : (JSON.parse(text) as unknown);
      } catch (cause) {
        // such as the page of a proxy
        const { status } = response;
        const message = `${request.method} ${request.path} was answered with something that is no JSON`;
        throw new MLServerError(message, { status, body: text, cause });
      }
    });
  }

  async text(request: Request, credentials: Credentials, options: CallOptions = {}): Promise<string> {
    return this.#call(request, credentials, options, (response) => response.text());
  }

  async bytes(request: Request, credentials: Credentials, options: CallOptions = {}): Promise<Uint8Array> {
    return this.#call(request, credentials, options, async (response) => {
      return new Uint8Array(await response.arrayBuffer());
    });
  }

  /** Puts a file to a signed link, which takes no credentials of the server. */
  async put(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Blob,
    options: CallOptions,
  ): Promise<void> {
    await withDeadline(options, async (signal) => {
      const place = new URL(url);
      const response = await this.#fetch(url, { method: 'PUT', headers: { ...headers }, body, signal });
      if (!response.ok) throw await errorOfResponse(response, 'PUT', place.pathname);
      await response.arrayBuffer();
    });
  }

  #call<T>(
    request: Request,
    credentials: Credentials,
    { signal, timeoutMs = this.#options.timeoutMs }: CallOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    return withDeadline({ timeoutMs, ...(signal ? { signal } : {}) }, async (own) => {
      return read(await this.#accepted(request, credentials, own));
    });
  }

  /** The first answer that is a success: after a renewal of the credentials, and after waits that the server asks for. */
  async #accepted(request: Request, credentials: Credentials, signal: AbortSignal): Promise<Response> {
    let headers = await credentials.headers(signal);
    let renewed = false;
    for (let repeats = 0; ;) {
      const response = await this.#send(request, headers, signal);
      if (response.ok) return response;
      const error = await errorOfResponse(response, request.method, request.path);
      if (error.status === 401 && !renewed) {
        renewed = true;
        const other = await credentials.renew(headers, signal);
        if (!other) throw error;
        headers = other;
        continue;
      }
      if (request.method !== 'GET' || error.status !== 503 || repeats === mostRepeats) throw error;
      const { retryAfterS = Infinity } = error;
      if (retryAfterS > longestWaitS) throw error;
      repeats++;
      await pause(retryAfterS * 1000, signal);
    }
  }

  #send({ method, path, json, form }: Request, headers: Proof, signal: AbortSignal) {
    const body = json === undefined ? form : JSON.stringify(json);
    return this.#fetch(this.#base + path, {
      method,
      headers: { ...headers, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
      signal,
    });
  }

  async #fetch(url: string, init: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
    try {
      // not as a method of the options: browsers refuse a fetch whose `this` is not the window
      const { fetch } = this.#options;
      return await fetch(url, init);
    } catch (cause) {
      init.signal.throwIfAborted();
      const { origin } = new URL(url);
      throw new MLServerError(`no answer from ${origin}`, { status: 0, code: 'CLIENT_NO_ANSWER', cause });
    }
  }
}
