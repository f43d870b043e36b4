import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReadSetting } from '../appSettings.js';
import type { FunctionApp } from '../core/functionApp.js';
import { HostFault } from '../hostFault.js';
import type { BlobSettings } from '../hostSettings.js';
import type { WebhookAnswer } from '../http/webhook.js';
import type { CallContext } from '../runFunction.js';
import type { TriggeredFunction, TriggerListener } from '../triggers.js';
import { withinGrace } from '../withinGrace.js';
import { BlobAccount, quoted } from './blobAccount.js';
import { answerBlobEvents, type BlobEvent, type BlobEventRequest } from './blobEvents.js';
import { toBlobFunction, type BlobFunction } from './blobFunction.js';
import { BlobQueue } from './blobQueue.js';
import { ReceiptStore } from './receiptStore.js';

const SCAN_INTERVAL_MS = 2_000;
/** Until everything that counts as old has been seen. */
const FIRST_INTERVAL_MS = 200;
/** Storage may start along with the host, or again. */
const STORAGE_START_MS = 20_000;
const QUIET_MS = 5_000;

export interface BlobTriggersOptions extends CallContext {
  readonly app: FunctionApp;
  /** With a blobTrigger. */
  readonly functions: readonly TriggeredFunction[];
  readonly readSetting: ReadSetting;
  readonly settings: BlobSettings;
  /** A SQLite file of its own, or `:memory:`. */
  readonly receiptsFile: string;
}

/**
 * Calls blob functions for each version of each blob that fits their paths, at least once (functions-host.md 3).
 * Containers are scanned every 2 s, those of functions with the source EventGrid too, since Azurite sends no
 * events. For these the first scan stands for the making of the subscription: what is there by then is not theirs.
 */
export class BlobTriggers implements TriggerListener {
  readonly #functions: ReadonlyMap<string, BlobFunction>;
  /** Functions that watch the same container stand together. */
  readonly #containers: readonly BlobFunction[][];
  /** Containers that cannot be read, by their first function: since when; Infinity where it has been said. */
  readonly #unreadable = new Map<BlobFunction, number>();
  readonly #allSeen = Promise.withResolvers<undefined>();
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
    // Two storage emulators have accounts of one name.
    const byAddress = Map.groupBy(functions, ({ account, pattern }) => `${account.url}/${pattern.container}`);
    this.#containers = [...byAddress.values()];
  }

  /**
   * Throws a HostFault that names the file of the receipts. Storage may come later; where blobs that are old have
   * to be told from new ones first, it is waited for.
   */
  async start(): Promise<void> {
    if (this.#functions.size === 0) return;
    const { receiptsFile, clock, log } = this.options;
    const store = new ReceiptStore(receiptsFile);
    this.#store = store;
    this.#queue = new BlobQueue(store, this.#functions, this.options);
    this.#scan = this.#scanAll();
    // What is written once the host is ready is new.
    await withinGrace(this.#seesAll ? Promise.resolve() : this.#allSeen.promise, STORAGE_START_MS, clock);
    if (this.#seesAll || this.#stopped) return;
    const text =
      'Storage does not answer: for functions with the source EventGrid, what it holds when it does is old.';
    log.log('warning', 'Host.Blobs', text);
  }

  /** Whether the containers of functions that take new blobs only have been seen as a whole once. */
  get #seesAll(): boolean {
    const unseen = ({ newOnly, target, container }: BlobFunction): boolean =>
      newOnly && this.#store?.isWatched(target.name, container) === false;
    return ![...this.#functions.values()].some(unseen);
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#callOff?.();
    await withinGrace(Promise.all([this.#scan, this.#queue?.stop()]), graceMs, this.options.clock);
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
    const { clock, log } = this.options;
    for (const functions of this.#containers) {
      const [first] = functions;
      if (first === undefined) continue;
      const startMs = clock.nowMs();
      try {
        await this.#sweep(first, functions);
        this.#unreadable.delete(first);
      } catch (error) {
        if (this.#stopped) return;
        if (error instanceof HostFault) throw error;
        const sinceMs = this.#unreadable.get(first) ?? startMs;
        const isLong = clock.nowMs() - sinceMs >= QUIET_MS;
        // said once until it can be read again
        this.#unreadable.set(first, isLong ? Infinity : sinceMs);
        const text = `Container ${first.container} cannot be read: ${String(error)}`;
        if (isLong) log.log('warning', 'Host.Blobs', text);
      }
    }
    if (this.#stopped) return;
    this.#queue?.run();
    const seesAll = this.#seesAll;
    if (seesAll) this.#allSeen.resolve(undefined);
    this.#callOff = clock.after(seesAll ? SCAN_INTERVAL_MS : FIRST_INTERVAL_MS, () => {
      this.#scan = this.#scanAll();
    });
  }

  /** Looks at every blob of a container; receipts of versions that are gone are dropped. */
  async #sweep({ account, pattern }: BlobFunction, functions: readonly BlobFunction[]): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    const lastId = store.lastId();
    const kept = new Set<number>();
    let page = await account.page(pattern.container);
    const exists = page !== undefined;
    while (page !== undefined && !this.#stopped) {
      for (const one of functions) {
        const settled = one.newOnly && !store.isWatched(one.target.name, one.container);
        for (const id of this.#enqueue(one, page.blobs, settled)) kept.add(id);
      }
      this.#queue?.run();
      page = page.next === undefined ? undefined : await account.page(pattern.container, page.next);
    }
    for (const { target, container } of this.#stopped ? [] : functions) {
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
