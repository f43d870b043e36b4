/** A blob by container and name. */
export interface BlobAddress {
  readonly container: string;
  readonly name: string;
}

/** What storage tells of a blob. */
export interface BlobFacts {
  readonly etag: string;
  readonly sizeBytes: number;
  /** Keys in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** Base64, where storage has one. */
  readonly contentMd5?: string;
  readonly modifiedMs: number;
}

export interface ListedBlob extends BlobFacts {
  readonly name: string;
}

export interface BlobPage {
  readonly blobs: readonly ListedBlob[];
  /** Where the next page begins; undefined on the last one. */
  readonly next?: string;
}

/** The condition of a write: nothing is there yet, or exactly this is there. */
export type WriteCondition = 'absent' | { readonly etag: string };

export interface PutOptions {
  readonly when?: WriteCondition;
  readonly contentType?: string;
  /** Keys in lower case letters and digits, ASCII values, 8 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ReadOptions {
  /** Only this state of the blob will do: else SCORE_ERR_STORAGE_CHANGED. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** Who may do what with one blob by a signed link. */
export interface LinkOptions {
  readonly permission: 'read' | 'write';
  readonly lifetimeMs: number;
  /** File name that a browser saves it under. */
  readonly fileName?: string;
}

/**
 * Block blobs of one account. Every call has a deadline per try and repeats what another try can cure; conditional
 * writes read back what is there before they report a conflict, so that a lost answer to an own write is no conflict.
 *
 * All calls throw SCORE_ERR_STORAGE_UNAVAILABLE (retryable) when the tries are used up, SCORE_ERR_STORAGE_REFUSED for an
 * answer that no repeat changes, and what the signal was aborted with. No blob has a name with segments `.` or `..`.
 * Containers of this product are made when they turn out to be missing.
 */
export interface BlobStore {
  /** Undefined when there is no such blob. */
  find(blob: BlobAddress, signal?: AbortSignal): Promise<BlobFacts | undefined>;
  /** All of a small blob; undefined when there is none. Throws SCORE_ERR_STORAGE_TOO_LARGE over `maxBytes` (64 MiB). */
  read(
    blob: BlobAddress,
    options?: ReadOptions & { readonly maxBytes?: number },
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly facts: BlobFacts } | undefined>;
  /**
   * Bytes `from` (inclusive) to `to` (exclusive), cut at the end of the blob. The array owns all of its buffer, so that
   * it can be handed to a worker. Throws SCORE_ERR_STORAGE_CHANGED, SCORE_ERR_STORAGE_NOT_FOUND.
   */
  readRange(
    blob: BlobAddress,
    from: number,
    to: number,
    options?: ReadOptions,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** The bytes from `from` on in order, a few MiB at a time, one range read ahead. Throws as `readRange`. */
  stream(
    blob: BlobAddress,
    options?: ReadOptions & { readonly from?: number; readonly to?: number },
  ): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Writes a blob as a whole. Gives its new ETag, or 'conflict' when the condition does not hold. */
  put(
    blob: BlobAddress,
    bytes: Uint8Array,
    options?: PutOptions,
  ): Promise<{ readonly etag: string } | 'conflict'>;
  /** Puts a block beside the blob; it is not visible until it is committed. `blockId`: texts of one length. */
  stageBlock(blob: BlobAddress, blockId: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /**
   * Makes the blob of staged blocks, in this order. Throws SCORE_ERR_STORAGE_CHANGED when a block is not there: any other
   * write of the blob discards the blocks that it does not name.
   */
  commitBlocks(
    blob: BlobAddress,
    blockIds: readonly string[],
    options?: PutOptions,
  ): Promise<{ readonly etag: string } | 'conflict'>;
  /** Replaces the metadata alone. 'conflict' as `put`; undefined when there is no such blob and no condition. */
  setMetadata(
    blob: BlobAddress,
    metadata: Readonly<Record<string, string>>,
    when?: { readonly etag: string },
  ): Promise<{ readonly etag: string } | 'conflict' | undefined>;
  /**
   * Removes the blob; that there is none is no error. Throws SCORE_ERR_STORAGE_CHANGED where `ifMatch` is given and the
   * blob is in another state.
   */
  remove(blob: BlobAddress, signal?: AbortSignal, ifMatch?: string): Promise<void>;
  /** One page of the blobs whose names begin with `prefix`, in order of name, with metadata. */
  list(
    container: string,
    prefix: string,
    options?: { readonly next?: string; readonly pageSize?: number; readonly signal?: AbortSignal },
  ): Promise<BlobPage>;
  /** A link that works for a short time without credentials, to write into a container that is there; undefined where none can be made. */
  link(blob: BlobAddress, options: LinkOptions): Promise<string | undefined>;
  /** Sends a text to a storage queue of the account, which is made when it is missing. A lost answer makes two messages. */
  enqueue(queue: string, text: string, signal?: AbortSignal): Promise<void>;
}

/** Every blob under a prefix, in order of name. Pages are small: their XML is parsed on the main thread. */
export async function* listAll(
  store: BlobStore,
  container: string,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<ListedBlob> {
  let next: string | undefined;
  do {
    const page = await store.list(container, prefix, {
      pageSize: 500,
      ...(next === undefined ? {} : { next }),
      ...(signal === undefined ? {} : { signal }),
    });
    yield* page.blobs;
    next = page.next;
  } while (next !== undefined);
}
