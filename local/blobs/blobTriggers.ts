import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.js';
import type { ReadSetting } from '../appSettings.js';
import type { FunctionApp } from '../core/functionApp.js';
import type { BlobSettings } from '../hostSettings.js';
import type { WebhookAnswer } from '../http/webhook.js';
import type { HostLog } from '../log.js';
import type { TriggeredFunction, TriggerListener } from '../triggers.js';
import { withinGrace } from '../withinGrace.js';
import { BlobAccount, quoted } from './blobAccount.js';
import { answerBlobEvents, type BlobEvent, type BlobEventRequest } from './blobEvents.js';
import { toBlobFunction, type BlobFunction } from './blobFunction.js';
import { BlobQueue } from './blobQueue.js';
import { ReceiptStore } from './receiptStore.js';

const SCAN_INTERVAL_MS = 2_000;

export interface BlobTriggersOptions {
  readonly app: FunctionApp;
  /** With a blobTrigger. */
  readonly functions: readonly TriggeredFunction[];
  readonly readSetting: ReadSetting;
  readonly settings: BlobSettings;
  /** A SQLite file of its own, or `:memory:`. */
  readonly receiptsFile: string;
  readonly clock: Clock;
  readonly log: HostLog;
}

/**
 * Calls blob functions for each version of each blob that fits their paths, at least once (functions-host.md 3).
 * Containers are scanned every 2 s, those of functions with the source EventGrid too, since Azurite sends no
 * events. For these the first scan stands for the making of the subscription: what is there by then is not theirs.
 */
export class BlobTriggers implements TriggerListener {
  readonly #functions: ReadonlyMap<string, BlobFunction>;
  /** Functions by the container they watch. */
  readonly #containers: Readonly<Record<string, BlobFunction[] | undefined>>;
  readonly #unreadable = new Set<string>();
  #store: ReceiptStore | undefined;
  #queue: BlobQueue | undefined;
  #scan: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #stopped = false;

  /** Throws a HostFault that names the function for a trigger that cannot be used. */
  constructor(private readonly options: BlobTriggersOptions) {
    const accounts = new Map<string, BlobAccount>();
    const openAccount = (text: string): BlobAccount => {
      const account = accounts.get(text) ?? new BlobAccount(text, options.clock);
      accounts.set(text, account);
      return account;
    };
    const functions = options.functions
      .filter(({ disabled }) => !disabled)
      .map((target) => toBlobFunction(target, options.readSetting, openAccount));
    this.#functions = new Map(functions.map((one) => [one.target.name, one]));
    this.#containers = Object.groupBy(functions, ({ container }) => container);
  }

  /** Throws a HostFault that names the file of the receipts. Storage may come later. */
  async start(): Promise<void> {
    if (this.#functions.size === 0) return;
    const { receiptsFile } = this.options;
    const store = new ReceiptStore(receiptsFile);
    this.#store = store;
    this.#queue = new BlobQueue(store, this.#functions, this.options);
    this.#scan = this.#scanAll();
    const isFirst = ({ newOnly, target, container }: BlobFunction): boolean =>
      newOnly && !store.isWatched(target.name, container);
    // What is written once the host is ready is new.
    if ([...this.#functions.values()].some(isFirst)) await this.#scan;
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#callOff?.();
    await withinGrace(Promise.all([this.#scan, this.#queue?.stop()]), graceMs, this.options.clock);
    this.#queue?.abandon();
    this.#store?.close();
    this.#store = undefined;
  }

  /** The webhook `runtime/webhooks/blobs` (functions-host.md 3.5). */
  readonly webhook = (request: BlobEventRequest): Promise<WebhookAnswer> =>
    new Promise((resolve) => {
      resolve(answerBlobEvents(request, this.#takeEvents));
    });

  /** Calls a function for `<container>/<blob>`, without waiting for its end [rec blob/by-hand]. */
  runByHand(functionName: string, path: string): Promise<void> {
    this.#queue?.runByHand(functionName, path);
    return Promise.resolve();
  }

  /** The one way in: what has no receipt yet gets one and stands in the queue, unless it is not for the function. */
  #enqueue(one: BlobFunction, blobs: readonly { name: string; etag: string }[], settled: boolean): number[] {
    const { target, container, pattern } = one;
    const versions = blobs
      .filter(({ name }) => pattern.match(name) !== undefined)
      .map(({ name, etag }) => ({ functionName: target.name, container, blob: name, etag }));
    return this.#store?.add(versions, settled) ?? [];
  }

  readonly #takeEvents = (functionId: string, events: readonly BlobEvent[]): void => {
    const [, name = ''] = /^Host\.Functions\.(.+)$/s.exec(functionId) ?? [];
    const one = this.#functions.get(name);
    if (one === undefined) return;
    const found = events.flatMap(({ url, eTag }) => {
      const { container, blob = '' } = one.account.locate(url) ?? {};
      return container === one.pattern.container ? [{ name: blob, etag: quoted(eTag) }] : [];
    });
    this.#enqueue(one, found, false);
    this.#queue?.run();
  };

  async #scanAll(): Promise<void> {
    for (const [container, functions = []] of Object.entries(this.#containers)) {
      try {
        await this.#sweep(container, functions);
        this.#unreadable.delete(container);
      } catch (error) {
        if (this.#stopped) return;
        // said once until it can be read again
        if (this.#unreadable.has(container)) continue;
        this.#unreadable.add(container);
        this.options.log.log(
          'warning',
          'Host.Blobs',
          `Container ${container} cannot be read: ${String(error)}`,
        );
      }
    }
    if (this.#stopped) return;
    this.#queue?.run();
    this.#callOff = this.options.clock.after(SCAN_INTERVAL_MS, () => {
      this.#scan = this.#scanAll();
    });
  }

  /** Looks at every blob of a container; receipts of versions that are gone are dropped. */
  async #sweep(container: string, functions: readonly BlobFunction[]): Promise<void> {
    const [first] = functions;
    const store = this.#store;
    if (first === undefined || store === undefined) return;
    const { account, pattern } = first;
    const lastId = store.lastId();
    const kept = new Set<number>();
    let page = await account.page(pattern.container);
    const exists = page !== undefined;
    while (page !== undefined && !this.#stopped) {
      for (const one of functions) {
        const settled = one.newOnly && !store.isWatched(one.target.name, container);
        for (const id of this.#enqueue(one, page.blobs, settled)) kept.add(id);
      }
      this.#queue?.run();
      page = page.next === undefined ? undefined : await account.page(pattern.container, page.next);
    }
    for (const { target } of this.#stopped ? [] : functions) {
      store.watch(target.name, container);
      // A container that is missing may come back: its receipts stay.
      let from = exists ? 0 : undefined;
      while (from !== undefined && !this.#stopped) {
        from = store.forget(target.name, container, from, lastId, kept);
        await nextTurn();
      }
      if (this.#stopped) return;
    }
  }
}
