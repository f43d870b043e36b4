import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import type { TypedData } from '../core/coreTypes.js';
import type { FunctionApp } from '../core/functionApp.js';
import { HostFault } from '../hostFault.js';
import type { BlobSettings } from '../hostSettings.js';
import { runTriggered, type CallContext } from '../runFunction.js';
import type { BlobFunction } from './blobFunction.js';
import type { QueuedBlob, ReceiptStore } from './receiptStore.js';
import { modelBindingData, triggerMetadata } from './triggerData.js';

/** A larger blob is not handed to a function as a whole. */
const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

interface QueueContext extends CallContext {
  readonly app: FunctionApp;
  readonly settings: BlobSettings;
}

/** What came of a try; `gone`: the blob is not what it was. */
type Outcome = 'done' | 'failed' | 'gone';

/**
 * Works through the queue of blobs, several at a time (functions-host.md 3.3, 3.4). A HostFault of the store is not
 * caught: it ends the process, and nothing that it cannot note is lost.
 */
export class BlobQueue {
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    private readonly store: ReceiptStore,
    private readonly functions: ReadonlyMap<string, BlobFunction>,
    private readonly context: QueueContext,
  ) {}

  /** Takes up as much as may run at once. */
  run(): void {
    while (!this.#stopped && this.#running.size < this.context.settings.maxDegreeOfParallelism) {
      const item = this.store.take();
      if (item === undefined) return;
      this.#track(this.#work(item));
    }
  }

  /** Calls a function for `<container>/<blob>` outside the queue. */
  runByHand(functionName: string, path: string): void {
    const one = this.functions.get(functionName);
    if (one !== undefined && !this.#stopped) this.#track(this.#runOnce(one, path));
  }

  /** Takes up nothing more; settles when nothing runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  #track(work: Promise<boolean>): void {
    const tracked = work
      .catch((error: unknown) => {
        if (error instanceof HostFault) throw error;
        this.#say('error', String(error));
        return false;
      })
      .then((goOn) => {
        this.#running.delete(tracked);
        if (goOn) this.run();
      });
    this.#running.add(tracked);
  }

  /** false: storage does not answer, the next scan shall go on. */
  async #work(item: QueuedBlob): Promise<boolean> {
    const { id, functionName, container, blob } = item;
    const one = this.functions.get(functionName);
    try {
      // What is for a function that is not there any more, or looks elsewhere now, is dropped.
      const failed = one?.container === container && (await this.#try(one, item)) === 'failed';
      if (failed) this.store.again(id, true);
      else this.store.done(id);
      return true;
    } catch (error) {
      if (error instanceof HostFault) throw error;
      if (this.store.isOpen) this.#say('warning', `${container}/${blob}: ${String(error)}`, functionName);
      this.store.again(id, false);
      return false;
    }
  }

  async #try(one: BlobFunction, item: QueuedBlob): Promise<Outcome> {
    const { blob, etag, tries } = item;
    const { account, pattern, target } = one;
    const properties = await account.properties(pattern.container, blob);
    if (properties?.etag !== etag) return 'gone';
    const tooOften =
      tries > this.context.settings.poisonBlobThreshold ? `${tries - 1} tries did not end well` : undefined;
    const why = tooOften ?? tooLarge(one, properties);
    if (why === undefined) return this.#call(one, blob, properties);
    const place = { ContainerName: pattern.container, BlobName: blob, ETag: etag };
    const functionId = `Host.Functions.${target.name}`;
    const { blobType: BlobType } = properties;
    await account.poison({ Type: 'BlobTrigger', FunctionId: functionId, BlobType, ...place });
    const path = `${pattern.container}/${blob}`;
    this.#say('error', `${path} is given up and put into the poison queue: ${why}.`, target.name);
    return 'done';
  }

  async #runOnce(one: BlobFunction, path: string): Promise<boolean> {
    const { account, pattern, target } = one;
    const [, container, blob = ''] = /^([^/]*)\/(.+)$/s.exec(path) ?? [];
    const isMine = container === pattern.container;
    const properties = isMine ? await account.properties(container, blob) : undefined;
    const byHand = { [target.trigger.name]: { string: path } };
    const large = properties && tooLarge(one, properties);
    const outcome = properties && !large ? await this.#call(one, blob, properties, byHand) : 'gone';
    const why = large ?? 'there is no such blob for this function';
    if (outcome === 'gone') this.#say('error', `Executed (Failed): ${path}: ${why}`, target.name);
    return true;
  }

  async #call(
    { account, connection, pattern, readsItself, target }: BlobFunction,
    blob: string,
    properties: BlobGetPropertiesResponse,
    more: Readonly<Record<string, TypedData>> = {},
  ): Promise<Outcome> {
    const { container } = pattern;
    const { contentLength = 0, etag = '' } = properties;
    const values = pattern.match(blob);
    if (values === undefined) return 'gone';
    let data = modelBindingData(connection, container, blob);
    if (!readsItself) {
      const bytes = await account.content(container, blob, etag, contentLength);
      if (bytes === undefined) return 'gone';
      data = { bytes };
    }
    const uri = account.uri(container, blob);
    const metadata = { ...triggerMetadata(`${container}/${blob}`, uri, properties, values), ...more };
    return (await runTriggered(this.context, target, data, metadata)) ? 'done' : 'failed';
  }

  #say(level: 'warning' | 'error', text: string, functionName?: string): void {
    const category = functionName === undefined ? 'Host.Blobs' : `Function.${functionName}`;
    this.context.log.log(level, category, text, functionName);
  }
}

/** Why a blob cannot be handed over as a whole, or undefined. */
function tooLarge({ readsItself }: BlobFunction, { contentLength = 0 }: BlobGetPropertiesResponse) {
  if (readsItself || contentLength <= MAX_CONTENT_BYTES) return undefined;
  return `its ${contentLength} bytes are over the limit of ${MAX_CONTENT_BYTES}, which sdkBinding does not have`;
}
