import type { Clock } from '../clock.js';
import { ScoringError } from '../errors/scoringError.js';
import { limiter } from '../limiter.js';
import { listAll, type BlobStore } from './blobStore.js';
import { FreshLook } from './freshLook.js';

export interface MirrorOptions<T> {
  readonly store: () => BlobStore;
  readonly clock: Clock;
  readonly container: string;
  /** Whether a blob of the container is one of those. */
  readonly isMirrored: (name: string) => boolean;
  /** Largest blob that is read. */
  readonly maxBytes: number;
  /** Never throws: what is wrong with a blob is part of its value. One that is too large comes as no bytes. */
  readonly parse: (name: string, bytes: Uint8Array) => T;
  /** A blob came, went or changed. */
  readonly onChange?: (name: string, before: T | undefined, after: T | undefined) => void;
}

interface Mirrored<T> {
  readonly etag: string;
  readonly value: T;
  /** The look that has confirmed it last. */
  turn: number;
}

/** Scopes that were looked at and hold nothing are forgotten beyond this number: anybody can ask for any name. */
const mostIdleLooks = 1000;
const readsAtOnce = 8;

/**
 * Small blobs as this process knows them, compared with storage by ETag when somebody needs them and the last look is too
 * old. A scope is the name of a blob, or a prefix that ends with `/` (or is empty) and stands for all below it.
 */
export class BlobMirror<T> {
  readonly #options: MirrorOptions<T>;
  readonly #blobs = new Map<string, Mirrored<T>>();
  readonly #looks = new Map<string, FreshLook>();
  readonly #limited = limiter(readsAtOnce);
  #turn = 0;
  /** A look that began before this one may not know what this process has written. */
  #firstValidTurn = 0;

  constructor(options: MirrorOptions<T>) {
    this.#options = options;
  }

  /** The value of a blob as it is known; undefined where none is known. */
  get(name: string): T | undefined {
    return this.#blobs.get(name)?.value;
  }

  *entries(): Generator<readonly [name: string, value: T]> {
    for (const [name, { value }] of this.#blobs) yield [name, value];
  }

  /** Whether what is known of a scope is at most so old. */
  isCurrent(scope: string, maxAgeMs: number): boolean {
    for (const enclosing of enclosingScopes(scope)) {
      if (this.wasLookedAt(enclosing, maxAgeMs)) return true;
    }
    return false;
  }

  /** Whether this very scope was looked at so recently; that a larger one was says little of what was not there. */
  wasLookedAt(scope: string, maxAgeMs: number): boolean {
    return this.#looks.get(scope)?.isCurrent(maxAgeMs) === true;
  }

  /**
   * Compares a scope with storage and waits at most `patienceMs` for the answer. Gives the fault where it could not be
   * told: SCORE_ERR_STORAGE_*.
   */
  look(scope: string, patienceMs: number): Promise<ScoringError | undefined> {
    let look = this.#looks.get(scope);
    if (!look) {
      this.#dropIdleLooks();
      look = new FreshLook(this.#options.clock, () => this.#compare(scope));
      this.#looks.set(scope, look);
    }
    return look.look(patienceMs);
  }

  /** Takes over what this process has written. */
  put(name: string, etag: string, value: T): void {
    this.#firstValidTurn = ++this.#turn;
    this.#set(name, { etag, value, turn: this.#turn });
  }

  /** Forgets a blob that this process has removed. */
  drop(name: string): void {
    this.#firstValidTurn = ++this.#turn;
    this.#remove(name, this.#turn);
  }

  /** This process has changed something: the next look at any scope that the given one touches asks storage. */
  expire(scope: string): void {
    this.#firstValidTurn = ++this.#turn;
    for (const looked of [...this.#looks.keys()]) {
      if (looked.startsWith(scope) || scope.startsWith(looked)) this.#looks.delete(looked);
    }
  }

  async #compare(scope: string): Promise<void> {
    for (;;) {
      const turn = ++this.#turn;
      const isPrefix = scope === '' || scope.endsWith('/');
      const done = await (isPrefix ? this.#compareAll(scope, turn) : this.#compareOne(scope, turn));
      if (done) return;
    }
  }

  /** False where the look has to be taken again. */
  async #compareOne(name: string, turn: number): Promise<boolean> {
    const { store, container } = this.#options;
    const facts = await store().find({ container, name });
    if (turn < this.#firstValidTurn) return false;
    if (facts) return this.#confirm(name, facts.etag, turn);
    this.#remove(name, turn);
    return true;
  }

  async #compareAll(prefix: string, turn: number): Promise<boolean> {
    const { store, container, isMirrored } = this.#options;
    const found = new Map<string, string>();
    for await (const { name, etag } of listAll(store(), container, prefix)) {
      if (isMirrored(name)) found.set(name, etag);
    }
    if (turn < this.#firstValidTurn) return false;
    for (const name of [...this.#blobs.keys()]) {
      if (name.startsWith(prefix) && !found.has(name)) this.#remove(name, turn);
    }
    const confirmed = await Promise.all([...found].map(([name, etag]) => this.#confirm(name, etag, turn)));
    return confirmed.every(Boolean);
  }

  /** Reads a blob unless it is known in this state. */
  async #confirm(name: string, etag: string, turn: number): Promise<boolean> {
    const known = this.#blobs.get(name);
    if (known && (known.etag === etag || known.turn > turn)) {
      known.turn = Math.max(known.turn, turn);
      return true;
    }
    const read = await this.#limited(() => this.#read(name, etag));
    if (turn < this.#firstValidTurn) return false;
    if (!read) this.#remove(name, turn);
    else if ((this.#blobs.get(name)?.turn ?? 0) <= turn) {
      this.#set(name, { etag: read.etag, value: this.#options.parse(name, read.bytes), turn });
    }
    return true;
  }

  async #read(name: string, etag: string): Promise<{ etag: string; bytes: Uint8Array } | undefined> {
    const { store, container, maxBytes } = this.#options;
    try {
      const read = await store().read({ container, name }, { maxBytes });
      return read && { etag: read.facts.etag, bytes: read.bytes };
    } catch (error) {
      const isTooLarge = error instanceof ScoringError && error.code === 'SCORE_ERR_STORAGE_TOO_LARGE';
      if (!isTooLarge) throw error;
      return { etag, bytes: new Uint8Array(0) };
    }
  }

  #set(name: string, mirrored: Mirrored<T>): void {
    const before = this.#blobs.get(name);
    this.#blobs.set(name, mirrored);
    if (before?.etag !== mirrored.etag) this.#options.onChange?.(name, before?.value, mirrored.value);
  }

  #remove(name: string, turn: number): void {
    const before = this.#blobs.get(name);
    if (!before || before.turn > turn) return;
    this.#blobs.delete(name);
    this.#options.onChange?.(name, before.value, undefined);
  }

  #dropIdleLooks(): void {
    if (this.#looks.size < mostIdleLooks) return;
    for (const [scope, look] of this.#looks) {
      if (this.#looks.size < mostIdleLooks) return;
      if (!look.isRunning && !this.#blobs.has(scope)) this.#looks.delete(scope);
    }
  }
}

/** `a/b/c` lies within `a/b/c`, `a/b/`, `a/` and everything. */
function* enclosingScopes(scope: string): Generator<string> {
  yield scope;
  for (let at = scope.lastIndexOf('/', scope.length - 2); at >= 0; at = scope.lastIndexOf('/', at - 1)) {
    yield scope.slice(0, at + 1);
  }
  if (scope !== '') yield '';
}
