import { afterEach, before } from 'node:test';
import { openBlobStore, type BlobStoreOptions } from '../../../shared/storage/azureBlobStore.js';
import type { BlobStore } from '../../../shared/storage/blobStore.js';
import type { Log } from '../../../shared/log.js';
import { startAzurite } from '../../support/azurite.js';
import {
  startStorageProxy,
  throughProxy,
  type ProxyAction,
  type StorageProxy,
} from '../../support/storageProxy.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { TestClock } from '../../support/testClock.js';

/** A clock that stands still and rings at once what is due at once: pauses of length 0 end, deadlines do not come. */
export class ReadyClock extends TestClock {
  override after(delayMs: number, callback: () => void): () => void {
    const callOff = super.after(delayMs, callback);
    if (delayMs === 0) {
      setImmediate(() => {
        this.move(0);
      });
    }
    return callOff;
  }
}

/** Keeps the lines. */
export class LineLog implements Log {
  readonly lines: string[] = [];
  readonly info = (text: string): void => void this.lines.push(text);
  readonly warn = this.info;
  readonly error = this.info;
}

export interface StoreBed {
  readonly connection: string;
  readonly proxy: StorageProxy;
  /** Past the proxy. */
  readonly direct: BlobStore;
  /** A store behind the proxy, whose pauses have no length. */
  open(options?: Partial<BlobStoreOptions>): BlobStore;
  /** Makes the next calls go these ways, and those behind them pass; counts from 0 again. */
  next(...actions: ProxyAction[]): void;
}

/** Starts a storage server and a proxy before the tests of the file, and lets `prepare` fill it. */
export function storeBed(prepare?: (store: BlobStore) => Promise<unknown>): StoreBed {
  const t = fileCleanUp();
  const bed = {
    connection: '',
    open(options: Partial<BlobStoreOptions> = {}): BlobStore {
      const connection = throughProxy(bed.connection, bed.proxy.port);
      return openBlobStore({ connection, ...quietly(), ...options });
    },
    next(...actions: ProxyAction[]): void {
      bed.proxy.calls = 0;
      bed.proxy.onCall = (n) => actions[n - 1] ?? 'pass';
    },
  } as { -readonly [key in keyof StoreBed]: StoreBed[key] };
  before(async () => {
    const { connectionString, blobPort } = await startAzurite(t);
    bed.connection = connectionString;
    bed.proxy = await startStorageProxy(t, blobPort);
    bed.direct = openBlobStore({ connection: connectionString, ...quietly() });
    await prepare?.(bed.direct);
  });
  afterEach(async () => {
    bed.proxy.onCall = undefined;
    // all stores of a process share connections: one that a fault ended is used up here, not by the next test
    await bed.open().list('no-such-container', '');
  });
  return bed;
}

/** Options of a store that waits for nothing. */
export function quietly(): Omit<BlobStoreOptions, 'connection'> {
  return { clock: new ReadyClock(), random: () => 0, log: new LineLog() };
}

/** Bytes that differ from place to place. */
export function pattern(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}
