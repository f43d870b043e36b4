import type { Credentials } from './credentials.js';
import type { CallOptions } from './deadline.js';
import type { Request, Transport } from './transport.js';

/** Calls to one server as one caller. */
export class ServerCalls {
  /** Address of the server, without a slash at its end. */
  readonly host: string;
  readonly transport: Transport;
  readonly credentials: Credentials;

  constructor(host: string, transport: Transport, credentials: Credentials) {
    this.host = host;
    this.transport = transport;
    this.credentials = credentials;
  }

  /** The value of a JSON answer; undefined for an empty one. */
  json(request: Request, options?: CallOptions): Promise<unknown> {
    return this.transport.json(request, this.credentials, options);
  }

  text(request: Request, options?: CallOptions): Promise<string> {
    return this.transport.text(request, this.credentials, options);
  }

  bytes(request: Request, options?: CallOptions): Promise<Uint8Array> {
    return this.transport.bytes(request, this.credentials, options);
  }
}
