import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import type { TypedData } from '../core/coreTypes.js';
import type { FunctionApp } from '../core/functionApp.js';
import type { BlobSettings } from '../hostSettings.js';
import type { HostLog } from '../log.js';
import { runTriggered } from '../runTriggered.js';
import { storeFault } from '../sqliteFile.js';
import type { BlobFunction } from './blobFunction.js';
import type { QueuedBlob, ReceiptStore } from './receiptStore.js';
import { modelBindingData, triggerMetadata } from './triggerData.js';

/** A larger blob is not handed to a function as a whole. */
const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

interface QueueContext {
  readonly app: FunctionApp;
  readonly settings: BlobSettings;
  readonly log: HostLog;
}

/** What came of a try; `gone`: the blob is not what it was; `poisonWhy`: there shall be no other. */
type Outcome =
  'done' | 'failed' | 'gone' | { readonly poisonWhy: string; readonly blobType: string | undefined };

/** Works through the queue of blobs, several at a time (functions-host.md 3.3, 3.4). */
export class BlobQueue {
  readonly #running = new Set<Promise<void>>();
  #stopped = false;
  #abandoned = false;

  constructor(
    private readonly store: ReceiptStore,
    private readonly functions: ReadonlyMap<string, BlobFunction>,
    private readonly context: QueueContext,
  ) {}

  /** Takes up as much as may run at once. */
  run(): void {
    try {
      while (!this.#stopped && this.#running.size < this.context.settings.maxDegreeOfParallelism) {
        const item = this.store.take();
        if (item === undefined) return;
        this.#track(this.#work(item));
      }
    } catch (error) {
      this.#say('error', String(storeFault(this.store.file, error)));
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

  /** What still runs leaves no mark any more, so that the next start takes it up again. */
  abandon(): void {
    this.#abandoned = true;
  }

  #track(work: Promise<boolean>): void {
    const tracked = work
      .catch((error: unknown) => {
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
    const one = this.functions.get(item.functionName);
    let counts = false;
    try {
      // What is for a function that is not there any more, or looks elsewhere now, is dropped.
      const outcome = one?.container === item.container ? await this.#try(one, item) : 'gone';
      counts = true;
      if (one !== undefined && typeof outcome === 'object') await this.#poison(one, item, outcome);
      if (this.#abandoned) return false;
      if (outcome === 'failed') this.store.again(item.id, true);
      else this.store.done(item.id);
      return true;
    } catch (error) {
      if (this.#abandoned) return false;
      this.#say('warning', `${item.container}/${item.blob}: ${String(error)}`, item.functionName);
      this.store.again(item.id, counts);
      return false;
    }
  }

  async #try(one: BlobFunction, { blob, etag, tries }: QueuedBlob): Promise<Outcome> {
    const properties = await one.account.properties(one.pattern.container, blob);
    if (properties?.etag !== etag) return 'gone';
    const { blobType } = properties;
    const { poisonBlobThreshold } = this.context.settings;
    if (tries > poisonBlobThreshold) return { poisonWhy: `${tries - 1} tries did not end well`, blobType };
    const outcome = await this.#call(one, blob, properties, {});
    if (outcome !== 'failed' || tries < poisonBlobThreshold) return outcome;
    return { poisonWhy: `${tries} tries failed`, blobType };
  }

  async #runOnce(one: BlobFunction, path: string): Promise<boolean> {
    const { account, pattern, target } = one;
    const [, container, blob = ''] = /^([^/]*)\/(.+)$/s.exec(path) ?? [];
    const isMine = container === pattern.container;
    const properties = isMine ? await account.properties(container, blob) : undefined;
    const byHand = { [target.trigger.name]: { string: path } };
    const outcome = properties && (await this.#call(one, blob, properties, byHand));
    if (outcome === 'done' || outcome === 'failed') return true;
    const why = typeof outcome === 'object' ? outcome.poisonWhy : 'there is no such blob for this function';
    this.#say('error', `Executed (Failed): ${path}: ${why}`, target.name);
    return true;
  }

  async #call(
    { account, connection, pattern, readsItself, target }: BlobFunction,
    blob: string,
    properties: BlobGetPropertiesResponse,
    more: Readonly<Record<string, TypedData>>,
  ): Promise<Outcome> {
    const { container } = pattern;
    const { contentLength = 0, etag = '', blobType } = properties;
    const values = pattern.match(blob);
    if (values === undefined) return 'gone';
    let data = modelBindingData(connection, container, blob);
    if (!readsItself) {
      const limit = `the limit of ${MAX_CONTENT_BYTES}, which sdkBinding does not have`;
      if (contentLength > MAX_CONTENT_BYTES)
        return { poisonWhy: `its ${contentLength} bytes are over ${limit}`, blobType };
      const bytes = await account.content(container, blob, etag, contentLength);
      if (bytes === undefined) return 'gone';
      data = { bytes };
    }
    const uri = account.uri(container, blob);
    const metadata = { ...triggerMetadata(`${container}/${blob}`, uri, properties, values), ...more };
    return (await runTriggered(this.context, target, data, metadata)) ? 'done' : 'failed';
  }

  async #poison(
    { account, pattern: { container }, target: { name } }: BlobFunction,
    { blob, etag }: QueuedBlob,
    { poisonWhy, blobType }: Exclude<Outcome, string>,
  ): Promise<void> {
    const place = { BlobType: blobType, ContainerName: container, BlobName: blob, ETag: etag };
    await account.poison({ Type: 'BlobTrigger', FunctionId: `Host.Functions.${name}`, ...place });
    this.#say('error', `${container}/${blob} is given up and put into the poison queue: ${poisonWhy}.`, name);
  }

  #say(level: 'warning' | 'error', text: string, functionName?: string): void {
    const category = functionName === undefined ? 'Host.Blobs' : `Function.${functionName}`;
    this.context.log.log(level, category, text, functionName);
  }
}
