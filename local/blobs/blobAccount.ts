import {
  BlobServiceClient,
  RestError,
  type BlobGetPropertiesResponse,
  type ContainerClient,
  type ContainerListBlobFlatSegmentResponse,
} from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import type { Clock } from '../../shared/clock.js';

const POISON_QUEUE = 'webjobs-blobtrigger-poison';
/** A page of this size is read in a few milliseconds. */
const PAGE_SIZE = 500;
/** Storage has no longer ones. */
const MAX_NAME_LENGTH = 1_024;
const DEADLINE_MS = 30_000;
/** Beside `DEADLINE_MS`; the least speed that a download is given time for. */
const LEAST_BYTES_PER_MS = 1_000;
const CLIENT_OPTIONS = { retryOptions: { maxTries: 2, retryDelayInMs: 200 } };

interface BlobPage {
  readonly blobs: { readonly name: string; readonly etag: string }[];
  /** Where the next page begins. */
  readonly next: string | undefined;
}

/** The storage account of a connection; each call ends by itself, which the client does not see to (traps.md 3.1). */
export class BlobAccount {
  readonly name: string;
  /** The address of its blobs, without the signature that the client's own may carry. */
  readonly url: string;
  readonly #blobs: BlobServiceClient;
  readonly #queues: QueueServiceClient;

  /** Throws when the text is not a connection string for blobs and queues. */
  constructor(
    connectionString: string,
    private readonly clock: Clock,
  ) {
    this.#blobs = BlobServiceClient.fromConnectionString(connectionString, CLIENT_OPTIONS);
    this.#queues = QueueServiceClient.fromConnectionString(connectionString, CLIENT_OPTIONS);
    this.name = this.#blobs.accountName;
    const { origin, pathname } = new URL(this.#blobs.url);
    this.url = `${origin}${pathname}`.replace(/\/$/, '');
  }

  /** The address of a blob, escaped as the real host does [rec blob/odd-names]. */
  uri(container: string, blob: string): string {
    const name = encodeURI(blob).replaceAll('?', '%3F').replaceAll('#', '%23');
    return `${this.url}/${container}/${name}`;
  }

  /** Container and blob that an address names; undefined when it is in another account or no address of a blob. */
  locate(uri: string): { container: string; blob: string } | undefined {
    const [at, base] = [new URL(uri), new URL(this.url)];
    const root = base.pathname.replace(/\/?$/, '/');
    if (at.host !== base.host || !at.pathname.startsWith(root)) return undefined;
    const [, container = '', name = ''] = /^([^/]*)\/(.+)$/.exec(at.pathname.slice(root.length)) ?? [];
    try {
      const blob = decodeURIComponent(name);
      return blob === '' || blob.length > MAX_NAME_LENGTH ? undefined : { container, blob };
    } catch {
      return undefined;
    }
  }

  /** A page of the blobs of a container; undefined when there is no such container. */
  async page(container: string, from?: string): Promise<BlobPage | undefined> {
    return this.#unless([404], DEADLINE_MS, async (abortSignal) => {
      const pages = this.#container(container).listBlobsFlat({ abortSignal });
      const place = from === undefined ? {} : { continuationToken: from };
      const page = await pages.byPage({ maxPageSize: PAGE_SIZE, ...place }).next();
      const { segment, continuationToken } = page.value as ContainerListBlobFlatSegmentResponse;
      const blobs = segment.blobItems.map(({ name, properties }) => ({
        name,
        etag: quoted(properties.etag),
      }));
      return { blobs, next: continuationToken === '' ? undefined : continuationToken };
    });
  }

  /** undefined: there is no such blob. */
  async properties(container: string, blob: string): Promise<BlobGetPropertiesResponse | undefined> {
    return this.#unless([404], DEADLINE_MS, (abortSignal) =>
      this.#container(container).getBlobClient(blob).getProperties({ abortSignal }),
    );
  }

  /** undefined: the blob is gone or has another ETag. */
  async content(container: string, blob: string, etag: string, length: number): Promise<Buffer | undefined> {
    const bytes = Buffer.alloc(length);
    if (length === 0) return bytes;
    const deadlineMs = DEADLINE_MS + length / LEAST_BYTES_PER_MS;
    return this.#unless([404, 412], deadlineMs, (abortSignal) =>
      this.#container(container)
        .getBlobClient(blob)
        .downloadToBuffer(bytes, 0, length, { abortSignal, conditions: { ifMatch: etag } }),
    );
  }

  /** Puts a message for a blob that was given up into the account's poison queue (functions-host.md 3.4). */
  async poison(message: object): Promise<void> {
    const text = Buffer.from(JSON.stringify(message)).toString('base64');
    await this.#unless([], DEADLINE_MS, async (abortSignal) => {
      const queue = this.#queues.getQueueClient(POISON_QUEUE);
      await queue.createIfNotExists({ abortSignal });
      await queue.sendMessage(text, { abortSignal, messageTimeToLive: -1 });
    });
  }

  #container(name: string): ContainerClient {
    return this.#blobs.getContainerClient(name);
  }

  async #unless<T>(
    statuses: readonly number[],
    deadlineMs: number,
    call: (abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const late = new AbortController();
    const callOff = this.clock.after(deadlineMs, () => {
      late.abort();
    });
    try {
      return await call(late.signal);
    } catch (error) {
      if (error instanceof RestError && statuses.includes(error.statusCode ?? 0)) return undefined;
      throw late.signal.aborted ? new Error(`no answer within ${deadlineMs / 1000} s`) : error;
    } finally {
      callOff();
    }
  }
}

/** Storage gives ETags with and without quotes. */
export function quoted(etag: string): string {
  return `"${etag.replaceAll('"', '')}"`;
}
