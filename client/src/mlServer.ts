import { credentialsOf, type Auth } from './auth.js';
import { withDeadline, type CallOptions } from './deadline.js';
import { InputError } from './inputError.js';
import { MLServerError } from './mlServerError.js';
import { Publisher, type PublishOptions } from './publisher.js';
import { segment } from './segment.js';
import { ServerCalls } from './serverCalls.js';
import { Service, type ServiceMethod } from './service.js';
import { parseServices, type ServiceMetadata } from './serviceMetadata.js';
import { TokenSession } from './tokenSession.js';
import { Transport } from './transport.js';

export interface MLServerOptions {
  /** Who calls; nobody unless given, for servers with access off. */
  readonly auth?: Auth;
  /** Longest time of a call in milliseconds that names none itself; 100,000 unless given, 0: any. */
  readonly timeoutMs?: number;
  /** In the place of the fetch of the platform. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The version of a service; the newest one unless given. */
export interface VersionOptions extends CallOptions {
  readonly version?: string;
}

/** A Warmstart server, or another one that speaks the contract of Machine Learning Server. */
export class MLServer {
  readonly #calls: ServerCalls;
  readonly #publisher: Publisher;
  readonly #timeoutMs: number;

  /** `host`: address of the server, such as `https://scoring.example.org`. Nothing is sent until it is used. */
  constructor(host: string, { auth, timeoutMs = 100_000, fetch = globalThis.fetch }: MLServerOptions = {}) {
    const base = addressOf(host);
    const transport = new Transport(base, { fetch, timeoutMs });
    this.#calls = new ServerCalls(base, transport, credentialsOf(auth, transport));
    this.#publisher = new Publisher(this.#calls);
    this.#timeoutMs = timeoutMs;
  }

  /** Logs in now instead of at the first call, to see whether user name and password are right. */
  async login(options: CallOptions = {}): Promise<this> {
    const { credentials } = this.#calls;
    await withDeadline({ timeoutMs: this.#timeoutMs, ...options }, (signal) => credentials.headers(signal));
    return this;
  }

  /** Gives the tokens of a login back to the server. */
  async logout(options: CallOptions = {}): Promise<void> {
    if (this.#calls.credentials instanceof TokenSession) await this.#calls.credentials.end(options);
  }

  /** The services, or the versions of one, oldest to newest. */
  async listServices(
    name?: string,
    { version, ...options }: VersionOptions = {},
  ): Promise<readonly ServiceMetadata[]> {
    const path = servicesPath(name, version);
    return parseServices(await this.#calls.json({ method: 'GET', path }, options), path);
  }

  /**
   * A service with a method named by its operation id: `getService<'manualTransmission'>('transmission')`. Throws an
   * MLServerError with status 404 where there is none.
   */
  async getService<Operation extends string = 'consume'>(
    name: string,
    options: VersionOptions = {},
  ): Promise<Service & ServiceMethod<Operation>> {
    const found = await this.listServices(name, options);
    const metadata = options.version === undefined ? found.at(-1) : found[0];
    if (!metadata) throw new MLServerError(`there is no service '${name}'`, { status: 404 });
    return new Service(this.#calls, metadata) as Service & ServiceMethod<Operation>;
  }

  /** Deletes a version. */
  async deleteService(
    name: string,
    { version, ...options }: VersionOptions & { readonly version: string },
  ): Promise<true> {
    if (typeof version !== 'string') throw new InputError('version: expected the version to delete');
    await this.#calls.text({ method: 'DELETE', path: servicesPath(name, version) }, options);
    return true;
  }

  /**
   * Publishes a model as a service; under a version that the server makes up unless one is given. A model over 60 MiB goes
   * to storage by a signed link first.
   */
  async deployRealtime<Operation extends string = 'consume'>(
    name: string,
    options: PublishOptions,
  ): Promise<Service & ServiceMethod<Operation>> {
    const version = await this.#publisher.publish('POST', name, options);
    return this.getService(name, { ...callOptionsOf(options), version });
  }

  /** Changes the description or the operation id of a version; its model never changes. */
  async redeployRealtime<Operation extends string = 'consume'>(
    name: string,
    options: Partial<PublishOptions> & { readonly version: string },
  ): Promise<Service & ServiceMethod<Operation>> {
    const version = await this.#publisher.publish('PATCH', name, options);
    return this.getService(name, { ...callOptionsOf(options), version });
  }
}

const callOptionsOf = ({ signal, timeoutMs }: CallOptions): CallOptions => ({
  ...(signal === undefined ? {} : { signal }),
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
});

function servicesPath(name: string | undefined, version: string | undefined): string {
  if (name === undefined && version !== undefined) throw new InputError('version: expected a name with it');
  const parts = [
    'services',
    ...(name === undefined ? [] : [segment('name', name)]),
    ...(version === undefined ? [] : [segment('version', version)]),
  ];
  return `/${parts.join('/')}`;
}

function addressOf(host: string): string {
  const isAddress = URL.canParse(host) && /^https?:$/.test(new URL(host).protocol);
  if (!isAddress) throw new InputError('host: expected an address that begins with http:// or https://');
  return host.replace(/\/+$/, '');
}
