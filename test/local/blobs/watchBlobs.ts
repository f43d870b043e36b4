import type { InvocationContext, StorageBlobOptions } from '@azure/functions';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { BlobTriggers, type BlobTriggersOptions } from '../../../local/blobs/blobTriggers.js';
import type { CleanUp } from '../../support/temporaryDir.js';
import { TestClock } from '../../support/testClock.js';
import { triggeredApp, WaitingLog } from '../triggeredApp.js';

interface BlobCall {
  readonly functionName: string;
  readonly input: unknown;
  readonly metadata: Record<string, unknown>;
  readonly retryContext: unknown;
}

/** Calls of functions in their order. */
class BlobCalls {
  readonly all: BlobCall[] = [];
  readonly #waiting = new Map<() => void, number>();

  add(call: BlobCall): void {
    this.all.push(call);
    for (const [resolve, count] of this.#waiting) if (this.all.length >= count) resolve();
  }

  /** Waits until there are so many calls; gives all there are. */
  async reach(count: number): Promise<readonly BlobCall[]> {
    if (this.all.length < count) {
      await new Promise<void>((resolve) => this.#waiting.set(resolve, count));
    }
    return this.all;
  }

  /** Names of the blobs, as the functions saw them. */
  get paths(): unknown[] {
    return this.all.map(({ metadata }) => metadata.blobTrigger);
  }
}

const SCAN_INTERVAL_MS = 2_000;

/** A clock that knows when the blob triggers wait for their next scan. */
class ScanClock extends TestClock {
  #waiting = Promise.withResolvers<undefined>();

  override after(delayMs: number, callback: () => void): () => void {
    if (delayMs <= SCAN_INTERVAL_MS) this.#waiting.resolve(undefined);
    return super.after(delayMs, callback);
  }

  /** Waits for the end of a scan that goes on. */
  async scanned(): Promise<void> {
    await this.#waiting.promise;
  }

  /** Waits for the end of a scan that goes on, then makes a whole one. */
  async scan(): Promise<void> {
    await this.#waiting.promise;
    this.#waiting = Promise.withResolvers();
    this.move(SCAN_INTERVAL_MS);
    await this.#waiting.promise;
  }
}

interface BlobApp {
  readonly functions: Readonly<Record<string, Partial<StorageBlobOptions> & { source?: string }>>;
  /** What the functions do. */
  readonly handle?: (call: BlobCall) => unknown;
  readonly options?: Partial<BlobTriggersOptions>;
}

/** Blob triggers, not started yet, of an app made with the real library. */
export async function watchBlobs(
  t: CleanUp,
  connectionString: string,
  { functions, handle, options }: BlobApp,
) {
  const calls = new BlobCalls();
  const log = new WaitingLog();
  const clock = new ScanClock();
  const handler = (
    input: unknown,
    { functionName, triggerMetadata, retryContext }: InvocationContext,
  ): unknown => {
    const call = { functionName, input, metadata: triggerMetadata ?? {}, retryContext };
    calls.add(call);
    return handle?.(call);
  };
  const made = await triggeredApp(t, log, (app) => {
    for (const [name, given] of Object.entries(functions)) {
      app.storageBlob(name, { path: '', connection: '', ...(given as object), handler });
    }
  });
  const triggers = new BlobTriggers({
    ...made,
    readSetting: (name) => (name === 'AzureWebJobsStorage' ? connectionString : undefined),
    settings: { maxDegreeOfParallelism: 4, poisonBlobThreshold: 5 },
    receiptsFile: ':memory:',
    clock,
    log,
    ...options,
  });
  t.after(() => triggers.stop(0));
  return { triggers, calls, log, clock };
}

/** The content of an account, as those who put blobs there see it. */
export class Account {
  readonly #blobs: BlobServiceClient;

  constructor(private readonly connectionString: string) {
    this.#blobs = BlobServiceClient.fromConnectionString(connectionString);
  }

  get url(): string {
    return this.#blobs.url.replace(/\/$/, '');
  }

  /** Gives the ETag. */
  async put(path: string, content: string | Buffer, metadata: Record<string, string> = {}): Promise<string> {
    const { container, blob } = await this.#locate(path);
    const bytes = Buffer.from(content);
    const contentType = path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    const more = { metadata, blobHTTPHeaders: { blobContentType: contentType } };
    const { etag } = await container.getBlockBlobClient(blob).upload(bytes, bytes.length, more);
    return etag ?? '';
  }

  async setMetadata(path: string, metadata: Record<string, string>): Promise<void> {
    const { container, blob } = await this.#locate(path);
    await container.getBlobClient(blob).setMetadata(metadata);
  }

  async delete(path: string): Promise<void> {
    const { container, blob } = await this.#locate(path);
    await container.getBlobClient(blob).delete();
  }

  /** Takes the messages out of the poison queue. */
  async poison(): Promise<unknown[]> {
    const queue = QueueServiceClient.fromConnectionString(this.connectionString);
    const client = queue.getQueueClient('webjobs-blobtrigger-poison');
    if (!(await client.exists())) return [];
    const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
    for (const { messageId, popReceipt } of receivedMessageItems)
      await client.deleteMessage(messageId, popReceipt);
    return receivedMessageItems.map(
      ({ messageText }) => JSON.parse(Buffer.from(messageText, 'base64').toString()) as unknown,
    );
  }

  async #locate(path: string) {
    const slash = path.indexOf('/');
    const container = this.#blobs.getContainerClient(path.slice(0, slash));
    await container.createIfNotExists();
    return { container, blob: path.slice(slash + 1) };
  }
}
